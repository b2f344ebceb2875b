"""`python -m deploy.kafka`: print the kafka-acls.sh commands of an installation, one a line."""

import argparse
import sys

from deploy.kafka import acls


def main() -> None:
    """Print; run nothing."""
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description=__doc__)
    parser.add_argument("publishers", nargs="*", default=["roster"], help="who sends events; default: roster")
    parser.add_argument("--bootstrap", default="localhost:9092", help="default: localhost:9092")
    parser.add_argument("--command-config", default="", help="file with the administrator's credentials")
    parser.add_argument("--prefix", default="", help="THABIAN_TOPIC_PREFIX")
    given = parser.parse_args()
    for command in acls.commands(given.bootstrap, given.command_config, given.publishers, prefix=given.prefix):
        sys.stdout.write(f"{command}\n")


if __name__ == "__main__":
    main()
