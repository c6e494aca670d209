"""Serve the page with gunicorn; a busy port means the next free one."""

from __future__ import annotations

import os
import socket
import sys

from unknot.case.errors import UnknotError

TRIES = 20


def serve(host: str, port: int) -> None:
    """Serve until interrupted, saying where.

    Raises
    ------
    UnknotError
        If no port from ``port`` on is free.
    """
    free = free_port(host, port)
    if free != port:
        print(f"Port {port} is busy, so this is port {free}.")
    print(f"Open http://{host}:{free} in a browser. Stop with Ctrl+C.", flush=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "unknot.clinic.settings")
    from gunicorn.app.wsgiapp import WSGIApplication  # type: ignore[import-untyped]

    sys.argv = [
        "gunicorn",
        "--bind",
        f"{host}:{free}",
        "--workers",
        "1",
        "--threads",
        "4",
        "--log-level",
        "warning",
        "--no-control-socket",
        "unknot.clinic.wsgi:application",
    ]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]", prog="gunicorn").run()


def free_port(host: str, port: int) -> int:
    """Return ``port`` or the next free one."""
    for candidate in range(port, port + TRIES):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise UnknotError(f"no port from {port} to {port + TRIES - 1} is free on {host}")
