"""`python -m deploy.local.clickhouse --path DIR --port N [--host 127.0.0.1]`: serve one data folder on this machine."""

import argparse
import logging
import os
import sys
import time
from pathlib import Path

from deploy.local.errors import LocalPartError
from deploy.local.loopback import address, require_loopback

log = logging.getLogger("deploy.local.clickhouse")


def main() -> int:
    """Serve until SIGTERM. Exit codes: 0 stopped, 1 cannot start, 2 wrong arguments or not a loopback address."""
    arguments = _arguments()
    logging.basicConfig(
        level=logging.DEBUG if arguments.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    try:
        require_loopback(arguments.host)
    except LocalPartError as error:
        sys.stderr.write(f"{error.message}\n")
        return 2
    os.environ["TZ"] = "UTC"  # as ClickHouse's own images have it: a time means the same on every machine
    time.tzset()
    return _serve(arguments.path, arguments.host, arguments.port)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.clickhouse", description=__doc__)
    parser.add_argument("--path", type=Path, required=True, help="data folder; made if missing")
    parser.add_argument("--port", type=int, required=True, help="TCP port of the native protocol")
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--verbose", action="store_true", help="log every statement's first word and time")
    return parser.parse_args()


def _serve(path: Path, host: str, port: int) -> int:
    from deploy.local.clickhouse.engine import Engine  # takes a moment: after wrong arguments are told
    from deploy.local.clickhouse.errors import ServerError
    from deploy.local.clickhouse.server import Server, listen
    from deploy.local.clickhouse.spool import Spool

    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        engine = Engine(path)
    except (ServerError, RuntimeError) as error:
        log.error("cannot open %s: %s", path, error)  # noqa: TRY400 - a line, not a traceback
        return 1
    try:
        listener = listen(host, port)
    except OSError as error:
        log.error("cannot listen on %s: %s", address(host, port), error.strerror)  # noqa: TRY400 - the same
        engine.close()
        return 1
    log.info("serving %s on %s", path, address(host, port))
    Server(listener, engine, Spool(path)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
