"""Every code one can meet is in the one file, once, and every one in the file can be met."""

import ast
import re
from itertools import chain
from pathlib import Path

import pytest

from deploy.local.errors import Trouble
from schemas import catalogue, code_lists
from thabian.commands.local import CODES
from thabian.reference.codes import catalogues

PROJECT = Path(__file__).parents[2]
PACKAGES = (
    "schemas", "warehouse", "monitoring", "publishers", "consumers", "streams", "snapshots", "gateway", "thabian",
)  # fmt: skip
"""All but deploy, which imports nothing of ours: its troubles get their codes in thabian/commands/local.py."""
SNAKE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
ALL = list(chain.from_iterable(catalogues().values()))
KNOWN = {code.code for code in ALL}

NO_CODES = {
    "DEAD_LETTER", "SASL_PLAINTEXT", "SASL_SSL", "POLARS_MAX_THREADS", "PROMETHEUS_MULTIPROC_DIR", "PATH_INFO",
}  # fmt: skip
"""An outcome, Kafka's protocols, libraries' variables, WSGI's."""


def _sources():
    for package in PACKAGES:
        for path in (PROJECT / package).rglob("*.py"):
            if path != PROJECT / "schemas" / "codes.py":
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def _texts(tree):
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _raised(tree):
    """First arguments of ThabianError(…) and the like that are written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("ThabianError", "UnframedError") or name.endswith("Error"):
                yield from (text for text in _texts(node.args[0]) if SNAKE.fullmatch(text))


def _symbols():
    """Words of the contract that look like codes and are none."""
    for schema in catalogue.published():
        yield from re.findall(r"[A-Z][A-Z_]+", str(schema.definition))
    for name in code_lists.names():
        yield from code_lists.load(name).codes


def test_codes_are_unique_and_upper_case_snake():
    assert sorted(code.code for code in ALL) == sorted(KNOWN)
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", code) for code in KNOWN)


@pytest.mark.parametrize("code", ALL, ids=lambda code: code.code)
def test_codes_say_what_they_mean_and_where_that_comes_from(code):
    assert code.meaning.endswith(".")
    assert code.source


def test_what_looks_like_a_code_is_in_the_catalogue():
    """Errors, rules, problems of rows: wherever one is named in the source, it can be looked up."""
    others = KNOWN | NO_CODES | set(_symbols())
    found = {(path.name, text) for path, tree in _sources() for text in _texts(tree) if SNAKE.fullmatch(text)}
    assert not {
        item for item in found if item[1] not in others and not item[1].startswith(("THABIAN_", "CLICKHOUSE_DRIVER_"))
    }
    assert not {(path.name, code) for path, tree in _sources() for code in _raised(tree) if code not in KNOWN}


def test_every_code_can_be_met():
    used = set().union(*(_texts(tree) for _, tree in _sources()))
    assert KNOWN - used == set()


def test_every_trouble_of_the_local_parts_has_a_code():
    assert set(CODES) == set(Trouble)
    assert set(CODES.values()) <= KNOWN
