"""A site on this machine for tests of what goes out to the web, and a clock that only sleep moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOON = 1_678_708_800.0  # 2023-03-13T12:00:00Z


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "text/html"
    write: Callable[[BaseHTTPRequestHandler], None] | None = None  # in place of all that


@dataclass
class Site:
    """What stands at each path, and what was asked for, in order. Where nothing stands the answer is 404."""

    url: str
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def count(self, path: str) -> int:
        return self.asked.count(path)


class Clock:
    """Time that passes only where someone sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = NOON, list[float]()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    if answer.write:
        answer.write(handler)
        return
    handler.send_response(answer.status)
    for name, value in {"Content-Type": answer.media_type, "Content-Length": str(len(answer.body)), **answer.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(answer.body)


@contextmanager
def opened() -> Iterator[Site]:
    site = Site("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append({name.lower(): value for name, value in self.headers.items()})
            with suppress(OSError):  # the guest has left
                send(self, site.pages.get(self.path, Answer(status=404)))

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
