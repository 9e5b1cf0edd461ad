"""Connection: how far a request may go - to which hosts, for how long, and for how many bytes.

Contract: in - an address, limits, and the events of the transport; out - the body of a response, or a `FetchError`. A link is someone
else's: its host may stand for a machine of one's own network, its server may answer a byte a minute, and its body may unpack to gigabytes.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import httpx

from communique.errors import InputError


class FetchError(InputError):
    """A fetch that failed: `lasting` where to come again is of no use, `wait` the seconds to wait before it where they are known."""

    def __init__(
        self, place: str, fact: str, remedy: str = "", *, lasting: bool = False, wait: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(place, fact, remedy)
        self.lasting, self.wait, self.status = lasting, wait, status


class Connection:
    """The connection of a request: the address that it reached is looked at before anything is asked, and it is cut when time is up."""

    def __init__(self, url: httpx.URL, allow_private: bool) -> None:
        self.is_cut = False
        self._url, self._allow_private = url, allow_private
        self._is_direct = False
        self._stream: Any = None  # httpcore.NetworkStream

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Follow the events of the transport. A proxy is the user's own and may be private; the name resolved before could change since."""
        if event.endswith("connect_tcp.started"):
            self._is_direct = info["host"] == host_of(self._url)
        elif event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._stream = info["return_value"]
            if self._is_direct and not self._allow_private:
                _check_public(self._url, [self._stream.get_extra_info("server_addr")[0]])

    @contextmanager
    def cut_after(self, seconds: float) -> Iterator[None]:
        """Cut the connection when that time is up; the time-outs of the transport hold for each byte, not for all."""
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _cut(self) -> None:
        self.is_cut = True
        if self._stream:
            with suppress(OSError):
                self._stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)


def check_host(url: httpx.URL, allow_private: bool) -> None:
    """Raise where the name of a host is none, or stands for a private address. One unknown here passes: a proxy may know it."""
    with suppress(OSError):
        try:
            found = socket.getaddrinfo(host_of(url), url.port, type=socket.SOCK_STREAM)
        except UnicodeError as fault:
            raise FetchError(str(url), "its host is no name", "Check the address.", lasting=True) from fault
        if not allow_private:
            _check_public(url, (str(address[0]) for *_, address in found))


def read_body(response: httpx.Response, place: str, max_bytes: int) -> bytes:
    """The body, unpacked no further than the limit: a few bytes of gzip can stand for gigabytes."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", "x-gzip"):
        raise FetchError(place, f"is packed as {packing}, which was not asked for", "It cannot be read.", lasting=True)
    gzip = None if packing == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 16)
    data = bytearray()
    try:
        for chunk in response.iter_raw():
            data += gzip.decompress(chunk, max_bytes + 1 - len(data)) if gzip else chunk
            if len(data) > max_bytes:
                raise FetchError(place, f"is over the limit of {max_bytes:,} bytes", "It is left out.", lasting=True)
    except zlib.error as fault:
        raise FetchError(place, "its gzip is damaged", "It is tried again later.") from fault
    if gzip and not gzip.eof:
        raise FetchError(place, "its gzip ends too early", "It is tried again later.")
    return bytes(data)


def host_of(url: httpx.URL) -> str:
    """The host as it is asked for: names of other scripts in their ASCII form."""
    return url.raw_host.decode("ascii")


def _check_public(url: httpx.URL, addresses: Iterable[str]) -> None:
    """Raise where one of a host's addresses is not of the public internet."""
    for address in map(ipaddress.ip_address, addresses):
        if not address.is_global or address.is_multicast:
            raise FetchError(str(url), f"its host has the private address {address}", "Only public hosts are asked.", lasting=True)
