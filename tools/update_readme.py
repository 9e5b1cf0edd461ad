"""Write the output in README.md and docs/coding.md anew: `python -m tools.update_readme`; `--check` says whether it is what a run prints.

Contract: a fenced block that follows `<!-- show: FILE -->` holds the file with long lines folded, one after `<!-- run: COMMAND -->`
what the command prints, one after `<!-- record: COMMAND -->` its first line of JSON, one key a line. The commands of a page run one after
the other in one folder, which has a copy of `examples/` and goes with them. Exit 1 where `--check` finds another text.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "coding.md")
WIDTH = 100
BLOCK = re.compile(r"(?P<head><!-- (?P<kind>show|run|record): (?P<what>.+?) -->\n```\w*\n)(?P<body>.*?)(?P<tail>```\n)", re.DOTALL)


def updated(page: str) -> str:
    """A page with each block made anew."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.copytree(ROOT / "examples", folder / "examples")
        return BLOCK.sub(lambda block: block["head"] + made(block["kind"], block["what"], folder) + block["tail"], page)


def made(kind: str, what: str, folder: Path) -> str:
    """The text of one block, each line ended and none with blanks at its end."""
    text = folded((ROOT / what).read_text(encoding="utf-8")) if kind == "show" else output_of(what, folder)
    if kind == "record":
        text = one_key_a_line(text.split("\n")[0])
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n").split("\n"))


def folded(text: str) -> str:
    """The text with its long lines folded, since a page does not fold them in a block."""
    return "\n".join(textwrap.fill(line, WIDTH) for line in text.split("\n"))


def output_of(command: str, folder: Path) -> str:
    """What a command of the package or of the tools prints, run in a folder with this Python; 3 says that it was done in part."""
    program, *arguments = shlex.split(command)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 3):
        sys.exit(f"{command}: exit {done.returncode}\n{done.stderr}")
    return done.stdout


def one_key_a_line(line: str) -> str:
    """A JSON object with each of its keys on a line."""
    rows = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in json.loads(line).items()]
    return "{" + ",\n ".join(rows) + "}"


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    stale = 0
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        after = updated(before)
        stale += before != after
        if "--check" not in arguments:
            page.write_text(after, encoding="utf-8")
    return int("--check" in arguments and stale > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
