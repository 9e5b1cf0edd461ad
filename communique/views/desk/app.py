"""App: the desk as a web application over one ledger.

Contract: in - a ledger's folder; out - a FastAPI application that serves pages, charts, files and JSON, and never writes to the ledger.
Raises `LedgerError` where the folder is no ledger.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread

from fastapi import FastAPI

from communique import __version__
from communique.views.desk import api, exports, faults, files, pages, questions
from communique.views.desk.rendering import Renderer
from communique.views.desk.safety import HERE, Guarded
from communique.views.desk.snapshot import Snapshots


def create_app(folder: Path, hosts: Collection[str] = HERE) -> FastAPI:
    """The application; requests under other names than `hosts` are refused."""
    snapshots = Snapshots(folder, questions.prepare)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        Thread(target=files.bundle, daemon=True).start()  # so that the first page does not wait for it
        yield
        snapshots.close()

    app = FastAPI(
        title="communique",
        version=__version__,
        description="Questions to a ledger of international relations. Nothing here changes it.",
        openapi_url="/api/openapi.json",
        docs_url=None,  # both would fetch their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.snapshots = snapshots
    app.state.renderer = Renderer()
    for part in (pages, api, exports, files):
        app.include_router(part.router)
    faults.handle(app)
    app.add_middleware(Guarded, hosts=hosts)
    return app
