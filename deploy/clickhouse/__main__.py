"""`python -m deploy.clickhouse`: print roles and settings as SQL, for clickhouse-client --multiquery."""

import argparse
import sys

from deploy.clickhouse import access


def main() -> None:
    """Print; run nothing."""
    parser = argparse.ArgumentParser(prog="python -m deploy.clickhouse", description=__doc__)
    parser.add_argument("--database", default="thabian", help="default: thabian")
    parser.add_argument("--sharded", nargs="*", default=[], help="tables of a cluster with a <table>_local behind them")
    given = parser.parse_args()
    for statement in access.statements(given.database, tuple(given.sharded)):
        sys.stdout.write(f"{statement};\n")


if __name__ == "__main__":
    main()
