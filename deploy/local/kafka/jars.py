"""Kafka's jars: a fixed list with checksums (`jars.csv`), fetched by jgo once into the shared cache.

The list is made by `python -m deploy.local.kafka.lock`. It is fixed, instead of resolved at each start, because a start
then needs no network, every machine runs the same bytes, and a truncated or altered download is noticed.
"""

import csv
import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from jgo.config import GlobalSettings
from jgo.maven import MavenContext

from deploy.local.errors import LocalPartError, Trouble
from deploy.local.parts import Progress

LIST = Path(__file__).with_name("jars.csv")
AT_ONCE = 6  # downloads side by side: small files, so waiting for answers is what takes the time


@dataclass(frozen=True)
class Jar:
    """One artefact of the list; `size` in bytes."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


def listed() -> list[Jar]:
    """The fixed list, in class path order."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return [
            Jar(row["group"], row["artifact"], row["version"], int(row["size"]), row["sha256"])
            for row in csv.DictReader(file)
        ]


def fetch(cache: Path, progress: Progress) -> list[Path]:
    """Paths of all jars in class path order, downloading what is missing. Safe to run many times at once."""
    cache.mkdir(parents=True, exist_ok=True)
    jars, context = listed(), maven(cache / "maven")
    paths = [_path(context, jar) for jar in jars]
    done = cache / f"jars-{_digest(LIST)[:16]}.done"
    with FileLock(cache / "jars.lock"):
        if not done.exists() or not all(path.exists() for path in paths):
            _download(context, jars, progress)
            done.touch()
    return paths


def maven(folder: Path) -> MavenContext:
    """Where jgo gets artefacts: its own default, and what the user's jgo settings add (a mirror, say)."""
    context = MavenContext(repo_cache=folder)
    context.remote_repos.update(GlobalSettings.load().repositories)
    return context


def _download(context: MavenContext, jars: Iterable[Jar], progress: Progress) -> None:
    wanted = list(jars)
    total, done = sum(jar.size for jar in wanted), 0
    progress("kafka", "downloading", done, total)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = {pool.submit(_fetch_one, context, jar): jar for jar in wanted}
        try:
            for finished in as_completed(waiting):
                finished.result()
                done += waiting[finished].size
                progress("kafka", "downloading", done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _fetch_one(context: MavenContext, jar: Jar) -> None:
    """Fetch a jar and check it; one that is there but wrong (a killed download) is fetched anew, once."""
    path = _path(context, jar)
    if path.exists() and _digest(path) == jar.sha256:
        return
    path.unlink(missing_ok=True)
    try:
        _artifact(context, jar).resolve()
    except (OSError, RuntimeError) as error:  # requests' errors are OSErrors
        path.unlink(missing_ok=True)
        raise LocalPartError(
            f"could not download {jar}: {type(error).__name__}. Is there a network? The next `up` goes on from here.",
            Trouble.DOWNLOAD_FAILED,
        ) from error
    if _digest(path) != jar.sha256:
        path.unlink()
        raise LocalPartError(f"{jar} was downloaded with a wrong checksum and thrown away", Trouble.DOWNLOAD_FAILED)


def _artifact(context: MavenContext, jar: Jar):  # type: ignore[no-untyped-def]  # noqa: ANN202 - jgo has no types
    return context.project(jar.group, jar.artifact).at_version(jar.version).artifact()


def _path(context: MavenContext, jar: Jar) -> Path:
    return Path(_artifact(context, jar).cached_path)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
