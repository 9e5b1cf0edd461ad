"""Serving: the command that opens the desk, the pages on which a ledger is read.

Contract: as `communique/views/cli.py`: exit codes 0 done, 1 failed; Ctrl-C ends it. Only this machine is served, and the ledger is only
read. Only click is imported with this module; the rest is when the command runs.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import click

from communique.errors import CommuniqueError
from communique.views.faults import failing
from communique.views.keeping import LEDGER

HERE = "127.0.0.1"


@click.command()
@LEDGER
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, metavar="N", help="The port; 0 for any that is free."
)
def serve(ledger: Path, port: int) -> None:
    """Open the desk: pages on which to read a ledger, in a browser on this machine.

    Reports may be added meanwhile; the pages show them once they are in. Ctrl-C ends it.

    \b
    Examples:
      communique serve ledger/
      communique serve ledger/ --port 8080
    """
    with failing():
        import uvicorn

        from communique.views.desk.app import create_app

        bound = _bound(port)
        click.echo(f"communique: reading {ledger}", err=True)
        app = create_app(ledger)
        click.echo(f"communique: open http://{HERE}:{bound.getsockname()[1]} · Ctrl-C ends it", err=True)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)).run(sockets=[bound])


def _bound(port: int) -> socket.socket:
    """A socket on the port; before anything is read, as a port that is taken is soon mended."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((HERE, port))
        opened.listen()  # who opens the page too early waits
    except OSError as fault:
        opened.close()
        raise CommuniqueError(
            f"port {port}", f"cannot be had ({fault.strerror})", "Give another with --port, or 0 for a free one."
        ) from fault
    return opened


COMMANDS = (serve,)
