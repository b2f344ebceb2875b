"""The port of a process: metrics, alive, ready; and what its threads were at when it got stuck, in the log."""

import contextlib
import dataclasses
import faulthandler
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any, Final

import structlog
from kafka import KafkaAdminClient
from kafka import errors as kafka_errors

from monitoring import exposition, metrics
from monitoring.health import Health
from monitoring.server import serve
from schemas.errors import ThabianError
from thabian.connections import kafka_options, warehouse_address
from thabian.settings import Settings
from warehouse.clickhouse import ClickHouseWarehouse, WarehouseAddress

_PATIENCE_S: Final = 2.0
"""A probe's own connections: an orchestrator gives a probe a few seconds."""
_LOOK_S: Final = 1.0


@contextlib.contextmanager
def serving(
    settings: Settings, process: str, port: int, *, warehouse: bool = True, partitions: bool = True
) -> Iterator[Health]:
    """What the process tells of its health; served on `port` unless that is 0. `warehouse`, `partitions`: it needs them.

    SETTINGS_INVALID when the port cannot be had.
    """
    if not port:
        yield Health(settings.stuck_s, settings.stuck_s)
        return
    asked = reaches(settings, warehouse=warehouse)
    health = Health(settings.stuck_s, settings.stuck_s, asked, partitions=partitions)
    metrics.BUILD.labels(version("thabian"), process).set(1)
    with contextlib.ExitStack() as closing:
        try:
            server = serve(health, port)
        except OSError as error:
            raise ThabianError(
                "SETTINGS_INVALID", f"--metrics-port {port} cannot be had ({error.strerror})", exit_code=2
            ) from error
        closing.callback(exposition.leave)
        closing.callback(server.server_close)
        closing.callback(server.shutdown)
        stacks = StackWatch(health)
        stacks.start()
        closing.callback(stacks.close)
        yield health


def reaches(settings: Settings, *, warehouse: bool = True) -> Mapping[str, Callable[[], bool]]:
    """Part → whether it answers. Addresses are looked up once, as the process does for its own connections.

    LOCAL_NOT_RUNNING when the local parts are meant and have none.
    """
    options = kafka_options(settings) | {"bootstrap_timeout_ms": int(_PATIENCE_S * 1000)}
    found: dict[str, Callable[[], bool]] = {"broker": lambda: _broker_answers(options)}
    if warehouse:
        address = dataclasses.replace(
            warehouse_address(settings), connect_timeout=_PATIENCE_S, send_receive_timeout=_PATIENCE_S
        )
        found["warehouse"] = lambda: _warehouse_answers(address)
    return found


def _broker_answers(options: Mapping[str, Any]) -> bool:
    try:
        KafkaAdminClient(**options).close()
    except (kafka_errors.KafkaError, OSError):
        return False
    return True


def _warehouse_answers(address: WarehouseAddress) -> bool:
    with contextlib.closing(ClickHouseWarehouse(address)) as asked:
        try:
            asked.rows("SELECT 1")
        except ThabianError as error:
            # Without its tables it answers: whoever needs them says what is missing.
            return error.code == "WAREHOUSE_NOT_MIGRATED"
    return True


@dataclass
class StackWatch:
    """Logs all stacks once each time the process gets stuck: what a person would ask for first, and a restart wipes out."""

    health: Health
    _over: threading.Event = field(default_factory=threading.Event)
    _told: bool = False

    def start(self) -> None:
        """Look every second, in a thread of its own."""
        threading.Thread(target=self._watch, name="stacks", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._over.set()

    def look(self) -> None:
        """One look."""
        reasons = [*self.health.alive().reasons, *(f"{topic} partition {part}" for topic, part in self.health.stuck())]
        if reasons and not self._told:
            structlog.get_logger().error("stuck", reasons=reasons, stacks=_stacks())
        self._told = bool(reasons)

    def _watch(self) -> None:
        while not self._over.wait(_LOOK_S):
            self.look()


def _stacks() -> str:
    """Files, lines and functions of every thread; no values."""
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        return file.read().decode(errors="replace")
