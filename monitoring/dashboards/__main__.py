"""Write the dashboards anew, or say which are not current."""

import argparse
import sys
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from monitoring.dashboards import census, intake, overview, streams

FOLDER: Final = Path(__file__).parents[1] / "grafana"
DASHBOARDS: Final = {
    "overview.json": overview.build,
    "intake.json": intake.build,
    "streams.json": streams.build,
    "census.json": census.build,
}


def text(dashboard: Dashboard) -> str:
    """As it is kept: keys in order, so that a change shows as one."""
    return JSONEncoder(sort_keys=True, indent=1).encode(dashboard.build()) + "\n"


def stale(folder: Path = FOLDER) -> list[str]:
    """Files that are not what is built now."""
    return [
        name
        for name, build in DASHBOARDS.items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text(build())
    ]


def main(arguments: list[str] | None = None) -> int:
    """Exit code 1: with --check, one is not current."""
    parser = argparse.ArgumentParser(prog="python -m monitoring.dashboards", description="Write the dashboards anew.")
    parser.add_argument("--check", action="store_true", help="Write nothing; exit code 1 if one is not current.")
    check = parser.parse_args(arguments).check
    found = stale()
    for name in found:
        if not check:
            (FOLDER / name).write_text(text(DASHBOARDS[name]()), encoding="utf-8")
        sys.stderr.write(f"{name}: {'not current: run `python -m monitoring.dashboards`' if check else 'written'}\n")
    return int(check and bool(found))


if __name__ == "__main__":
    sys.exit(main())
