"""Safety: who is answered, and what a page may do in the browser that shows it.

Contract: an ASGI application around another. A request under another name than those of this machine is refused, as a page of a stranger
could otherwise read the ledger by pointing its own name here; so is whatever would change something. No page may run a script, load
anything or send a form but from and to this server.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = frozenset({"127.0.0.1", "localhost", "[::1]"})
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
READING = frozenset({"GET", "HEAD"})


class Guarded:
    """The application behind the checks."""

    def __init__(self, app: ASGIApp, hosts: Collection[str] = HERE) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request, or hand it on and add the headers to the answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-cache")
            await send(message)

        await (_refusal(scope, self.hosts) or self.app)(scope, receive, guarded)


def _refusal(scope: Scope, hosts: Collection[str]) -> PlainTextResponse | None:
    """What to answer in the place of the application, if anything."""
    if scope["type"] != "http":
        return PlainTextResponse("Only pages are served here.\n", 400)
    host = Headers(scope=scope).get("host", "")
    if _name(host) not in hosts:
        return PlainTextResponse("This desk answers only on the machine it runs on: open http://127.0.0.1 with its port.\n", 421)
    if scope["method"] not in READING:
        return PlainTextResponse("Nothing is changed here: the desk only reads.\n", 405, {"Allow": "GET, HEAD"})
    return None


def _name(host: str) -> str:
    """A host without its port."""
    name, _, port = host.rpartition(":")
    return (name if port.isdecimal() else host).lower()
