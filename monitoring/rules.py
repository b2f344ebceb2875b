"""Prometheus rules elsewhere than in `monitoring/prometheus`: the chart's copy, and rules whose runbooks have an address.

python -m monitoring.rules                                         the chart's copies anew
python -m monitoring.rules --runbooks https://…/runbooks -o DIR    as an installation wants them
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parents[1]
RULES: Final = PROJECT / "monitoring" / "prometheus"
CHART: Final = PROJECT / "deploy" / "helm" / "thabian" / "rules"
RUNBOOKS: Final = "docs/runbooks"
"""Where the pages are within the project: what `runbook_url` begins with as it is written."""


def files(runbooks: str = RUNBOOKS) -> Iterator[tuple[str, str]]:
    """(file name, text) of each rule file, with the runbooks at that base."""
    for path in sorted(RULES.glob("*.rules.yaml")):
        yield path.name, _based(path.read_text(encoding="utf-8"), runbooks)


def write(folder: Path, runbooks: str = RUNBOOKS) -> None:
    """All rule files into a folder that is there, in place of those it has."""
    for path in folder.glob("*.rules.yaml"):
        path.unlink()
    for name, text in files(runbooks):
        (folder / name).write_text(text, encoding="utf-8")


def _based(text: str, runbooks: str) -> str:
    return text.replace(f"runbook_url: {RUNBOOKS}/", f"runbook_url: {runbooks.rstrip('/')}/")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m monitoring.rules", description="Write the rule files elsewhere.")
    parser.add_argument("--runbooks", default=RUNBOOKS, help="What runbook_url begins with.")
    parser.add_argument("-o", "--folder", type=Path, default=CHART, help="Where to. Default: the chart's rules.")
    chosen = parser.parse_args(arguments)
    write(chosen.folder, chosen.runbooks)


if __name__ == "__main__":
    main()
