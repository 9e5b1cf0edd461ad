"""The desk in a real browser: nothing leaves the machine, charts are drawn, everybody can read it, also while reports are added.

Needs the weights and Debian's Chromium (or `$CHROMIUM`); the check of accessibility also axe-core (`$AXE`, the path of axe.min.js).
"""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn

from benchmarks.desk import FLAGS
from communique.batch.add import add
from communique.batch.shards import Config
from communique.ledger.query import Ledger

sync_api = pytest.importorskip("playwright.sync_api")

ROOT = Path(__file__).parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
AXE = Path(os.environ.get("AXE", "axe.min.js"))
NEWS = ROOT / "examples" / "news.jsonl"
WEIGHTS = ROOT / "communique" / "model" / "model.onnx"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium"),
    pytest.mark.skipif(not WEIGHTS.exists(), reason="communique/model/model.onnx is absent"),
]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "ledger"
    add(folder, [str(NEWS)], Config())
    return folder


@pytest.fixture(scope="module")
def address(ledger: Path) -> Iterator[str]:
    """Where the desk is served."""
    from communique.views.desk.app import create_app
    from communique.views.serving import HERE, _bound

    bound = _bound(0)
    server = uvicorn.Server(uvicorn.Config(create_app(ledger), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    yield f"http://{HERE}:{bound.getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def paths(ledger: Path) -> list[str]:
    """An address of every kind of page."""
    with Ledger(ledger) as opened:
        (occurrence,) = opened.occurrences(limit=1).to_pylist()
        (document,) = opened.documents(limit=1).to_pylist()
    return [
        "/",
        "/?actor=PER&modality=actual",
        "/occurrences",
        "/events?type=ACCUSE",
        "/events?type=AID&since=1900&until=1901",
        "/pair",
        "/dyad/PER/BOL",
        "/actor/BOL",
        f"/occurrence/{occurrence['occurrence_id']}",
        f"/report/{document['document_id']}",
        "/search?q=ambassador",
        "/search?q=%22",
        "/api",
        "/occurrence/none",
    ]


class Visit:
    """A page that was opened, and what it asked for and complained of meanwhile."""

    def __init__(self, browser: Any, address: str, path: str, theme: str = "light") -> None:
        self.context = browser.new_context(color_scheme=theme)
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.answer = self.page.goto(address + path, wait_until="networkidle")

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_drawn_without_a_fault_and_without_another_machine(browser: Any, address: str, paths: list[str], theme: str):
    for path in paths:
        with Visit(browser, address, path, theme) as visit:
            expected = {"/search?q=%22": 400, "/occurrence/none": 404}.get(path, 200)
            assert visit.answer.status == expected, path
            assert [url for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == [], path
            assert [one for one in visit.complaints if str(expected) not in one] == [], path
            drawn = visit.page.locator("[data-spec]")
            assert drawn.count() == visit.page.locator("[data-spec] svg").count(), path


@pytest.mark.skipif(not AXE.exists(), reason="there is no axe.min.js")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_shuts_anybody_out(browser: Any, address: str, paths: list[str], theme: str):
    for path in paths:
        with Visit(browser, address, path, theme) as visit:
            visit.page.evaluate(AXE.read_text(encoding="utf-8"))  # from outside the page, whose policy forbids scripts of strangers
            found = visit.page.evaluate("axe.run()")["violations"]
            grave = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
            assert grave == [], path


def test_the_reasons_of_an_event_are_there_by_keyboard(browser: Any, address: str, paths: list[str]):
    (path,) = [path for path in paths if path.startswith("/report/")]
    with Visit(browser, address, path) as visit:
        visit.page.locator("a.trigger").first.focus()

        assert visit.page.locator(".float:visible").inner_text().count("score") >= 1
        visit.page.keyboard.press("Escape")
        assert visit.page.locator(".float:visible").count() == 0


def test_the_theme_that_was_chosen_is_kept(browser: Any, address: str):
    with Visit(browser, address, "/", "light") as visit:
        visit.page.locator("button.theme").click()
        visit.page.goto(address + "/dyad/PER/BOL")

        assert visit.page.locator("html").get_attribute("data-theme") == "dark"


def test_pages_stay_right_while_reports_are_added(browser: Any, address: str, ledger: Path, tmp_path: Path, paths: list[str]):
    rows = [json.loads(line) for line in NEWS.read_text(encoding="utf-8").splitlines()]
    more = tmp_path / "more.jsonl"
    more.write_text("".join(json.dumps({**row, "id": f"again-{n}-{row['id']}"}) + "\n" for n in range(8) for row in rows))
    adding = threading.Thread(target=add, args=(ledger, [str(more)], Config(shard_items=5)))

    adding.start()
    while adding.is_alive():
        for path in paths:
            with Visit(browser, address, path) as visit:
                assert visit.answer.status < 500 and [one for one in visit.complaints if "status of 4" not in one] == [], path
    adding.join()

    ends = time.monotonic() + 30
    with Visit(browser, address, "/") as visit:
        while f"of {9 * len(rows)} reports" not in visit.page.locator(".deck").inner_text() and time.monotonic() < ends:
            time.sleep(0.5)
            visit.page.reload()
        assert f"of {9 * len(rows)} reports" in visit.page.locator(".deck").inner_text()
        assert urlsplit(visit.page.url).path == "/"
