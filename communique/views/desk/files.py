"""Files: style, script and icon of the pages, and the library that draws charts.

Contract: in - the name of a file; out - its bytes, to be kept by the browser for a year, as its address changes with it.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import vl_convert
from fastapi import APIRouter, HTTPException, Response

FOLDER = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
LIBRARY = "vega.js"
KEPT = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@cache
def address(name: str) -> str:
    """Where a page finds the file."""
    version = metadata.version("vl-convert-python") if name == LIBRARY else sha256(_files()[name]).hexdigest()[:12]
    return f"/static/{name}?v={version}"


@router.get("/static/{name}")
def static(name: str) -> Response:
    """A file of the pages."""
    if name == LIBRARY:
        return Response(bundle(), media_type=KINDS[".js"], headers={"Cache-Control": KEPT})
    if name not in _files():
        raise HTTPException(404)
    return Response(_files()[name], media_type=KINDS[Path(name).suffix], headers={"Cache-Control": KEPT})


def bundle() -> str:
    """The library that draws charts; it takes seconds the first time, and is kept."""
    return vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub asks for what has a default


@cache
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.suffix in KINDS}
