"""A topic with a backlog, and a register for each run that holds ten million identities already."""

import contextlib
import uuid
from collections.abc import Iterator, Mapping

from benchmarks import events
from consumers import grants
from consumers.authorise import ALL, NAMED
from schemas.topics import ingress
from thabian import settings as settings_module
from thabian.clock import now_ms
from thabian.connections import open_admin, open_producer, open_warehouse
from thabian.settings import Settings
from thabian.topic_admin import TopicAdmin
from warehouse import migrate
from warehouse.clickhouse import ClickHouseWarehouse

PUBLISHER = "bench"
BASE = "thabian_bench_identities"
"""Kept between runs: the stored identities are made once."""


def new_settings(run: str) -> Settings:
    """An installation of the benchmark's own beside whatever else the local parts hold."""
    name = f"bench{run}"
    home = settings_module.load().local_home
    return Settings(local_home=home, topic_prefix=f"{name}.", clickhouse_database=name, intake_group=name)


def environment(settings: Settings) -> Mapping[str, str]:
    """The settings as a child process reads them."""
    names = ("local_home", "topic_prefix", "clickhouse_database", "intake_group", "log_level")
    return {f"THABIAN_{name.upper()}": str(getattr(settings, name)) for name in names} | {
        "THABIAN_LOG_LEVEL": "warning"
    }


def topic(settings: Settings) -> str:
    return ingress(PUBLISHER, settings.topic_prefix)


@contextlib.contextmanager
def topics(settings: Settings) -> Iterator[None]:
    """All topics, deleted at the end."""
    client = open_admin(settings)
    admin = TopicAdmin(client, settings)
    wanted = admin.wanted((PUBLISHER,))
    admin.apply(wanted)
    try:
        yield
    finally:
        client.delete_topics([settings.topic_prefix + each.name for each in wanted])
        client.close()


def publish(settings: Settings, count: int, ids: int) -> None:
    """The backlog, under ids of that UUID version."""
    producer = open_producer(settings, linger_ms=50, batch_size=128 * 1024)
    try:
        for key, message in events.messages(count, ids):
            producer.send(topic(settings), key=key, value=message)
        producer.flush(timeout=600)
    finally:
        producer.close(timeout=5)


@contextlib.contextmanager
def register(settings: Settings, stored: int, ids: int) -> Iterator[ClickHouseWarehouse]:
    """A migrated database with `stored` identities of other events and a grant for the publisher, dropped at the end."""
    base = _fill(stored, ids)
    name = f"{settings.clickhouse_database}_{uuid.uuid4().hex[:6]}"
    warehouse = _database(settings, name)
    try:
        if stored:
            warehouse.execute(f"ALTER TABLE event_identities ATTACH PARTITION tuple() FROM {base}.event_identities")
        grants.add(warehouse, PUBLISHER, 0)
        kinds = grants.kinds_of(",".join((ALL, *NAMED)))
        grants.grant(warehouse, grants.Wanted(PUBLISHER, grants.affiliation_scope("10"), kinds, 0), 0)
        yield warehouse
    finally:
        warehouse.execute(f"DROP DATABASE {name}")
        warehouse.close()


def _database(settings: Settings, name: str) -> ClickHouseWarehouse:
    server = open_warehouse(settings, database="default")
    server.execute(f"CREATE DATABASE IF NOT EXISTS {name}")
    server.close()
    warehouse = open_warehouse(settings, database=name)
    for migration in migrate.pending(warehouse):
        migrate.apply(warehouse, migration, now_ms=now_ms())
    return warehouse


def _fill(stored: int, ids: int) -> str:
    name = f"{BASE}_v{ids}"
    base = _database(settings_module.load(), name)
    ((there,),) = base.rows("SELECT count() FROM event_identities")
    if there != stored:
        base.execute("TRUNCATE TABLE event_identities")
        base.execute(
            "INSERT INTO event_identities"
            f" SELECT UUIDStringToNum(toString(generateUUIDv{ids}())), 1000000000 + number % 30000, 1650000000000 + number,"
            f" 'student-changes.old', number % 6, intDiv(number, 6), sipHash128(number) FROM numbers({stored})"
        )
        base.execute("OPTIMIZE TABLE event_identities FINAL")
    base.close()
    return name
