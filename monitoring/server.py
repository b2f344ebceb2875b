"""The one port of a process: /metrics, /healthz, /readyz. Served by threads of its own; what is asked is handed in."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from monitoring import exposition
from monitoring.health import Health, Verdict

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_TEXT: Final = [("Content-Type", "text/plain; charset=utf-8")]


def app(health: Health) -> "WSGIApplication":
    """200 or 503 with one reason a line; everything else is /metrics."""
    metrics = make_wsgi_app(exposition.registry())
    asked: dict[str, Callable[[], Verdict]] = {"/healthz": health.alive, "/readyz": health.ready}

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        ask = asked.get(environ["PATH_INFO"])
        return metrics(environ, start) if ask is None else _said(ask(), start)

    return answer


def serve(health: Health, port: int, host: str = "") -> WSGIServer:
    """Serve until `shutdown`. Port 0: a free one (`server_port`)."""
    server = make_server(host, port, app(health), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


def _said(verdict: Verdict, start: "StartResponse") -> Iterable[bytes]:
    start("200 OK" if verdict.is_well else "503 Service Unavailable", list(_TEXT))
    return [("\n".join(verdict.reasons or ("ok",)) + "\n").encode()]


class _Server(ThreadingMixIn, WSGIServer):
    """A scrape that is slow keeps no probe waiting."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """A line for every scrape would be all there is in the log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it
        """Say nothing."""
