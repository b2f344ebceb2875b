"""Access to topics and groups as commands for Kafka's own kafka-acls.sh, from acls.csv. Whatever is not listed is refused."""

import csv
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Final, NamedTuple

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Acl(NamedTuple):
    """One row of acls.csv: operations on one topic or group, or on all whose name begins so."""

    role: str
    resource: str
    pattern: str
    name: str
    operations: str
    why: str


def acls() -> list[Acl]:
    """Everything that is allowed, in the file's order."""
    text = (resources.files("deploy") / "kafka" / "acls.csv").read_text(encoding="utf-8")
    return [Acl(**row) for row in csv.DictReader(text.splitlines())]


def commands(
    bootstrap: str, config: str, publishers: Sequence[str], *, prefix: str = "", users: Mapping[str, str] | None = None
) -> Iterator[str]:
    """One kafka-acls.sh command a row; adding what is there already changes nothing.

    A principal is `User:thabian-<role>` unless `users` names another, a publisher's `User:<publisher>`. `prefix` is that of
    the topics (THABIAN_TOPIC_PREFIX); groups have their own settings. Raises ValueError for a name that is none.
    """
    for name in publishers:
        if not _WORD.fullmatch(name):
            raise ValueError(f"not a publisher's name: {name}")
    for acl in acls():
        for publisher in publishers if acl.role == "publisher" else ("",):
            user = publisher or (users or {}).get(acl.role, f"thabian-{acl.role}")
            name = acl.name.format(publisher=publisher)
            named = f"{prefix}{name}" if acl.resource == "topic" else name
            yield shlex.join(_command(acl, f"User:{user}", named, bootstrap, config))


def _command(acl: Acl, principal: str, name: str, bootstrap: str, config: str) -> list[str]:
    operations = [part for one in acl.operations.split(", ") for part in ("--operation", one)]
    where = ["--bootstrap-server", bootstrap, *(["--command-config", config] if config else [])]
    allowed = ["--add", "--allow-principal", principal, *operations]
    return ["kafka-acls.sh", *where, *allowed, f"--{acl.resource}", name, "--resource-pattern-type", acl.pattern]
