"""FULL_TRANSITIVE: every published version of a kind reads every other, by the official library's own judgement."""

import copy
import json
from itertools import permutations, product

import avro.schema
import pytest
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from schemas import catalogue


def incompatible(definitions):
    """(reader, writer) positions of versions that do not fit each other."""
    parsed = [avro.schema.parse(json.dumps(definition)) for definition in definitions]
    checker = ReaderWriterCompatibilityChecker()
    return [
        (reader, writer)
        for reader, writer in product(range(len(parsed)), repeat=2)
        if checker.get_compatibility(parsed[reader], parsed[writer]).compatibility
        is not SchemaCompatibilityType.compatible
    ]


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_every_version_reads_every_other(kind):
    assert not incompatible([schema.definition for schema in catalogue.published() if schema.kind == kind])


def test_kinds_are_no_versions_of_each_other():
    """What fits two kinds could be read as the wrong one."""
    found = [catalogue.current(kind).definition for kind in catalogue.KINDS]
    assert set(permutations(range(len(found)), 2)) <= set(incompatible(found))


def _later(change):
    later = copy.deepcopy(catalogue.definition("StudentEnrolled", 1))
    change(later["fields"])
    return later


def _required(fields):
    fields.append({"name": "added", "type": "string", "doc": "Made up."})


def _nullable(fields):
    fields.append({"name": "added", "type": ["null", "string"], "default": None, "doc": "Made up."})


def _without_grade(fields):
    del fields[next(at for at, field in enumerate(fields) if field["name"] == "grade")]


def _another_type(fields):
    next(field for field in fields if field["name"] == "academic_year")["type"] = "long"


def _a_new_symbol(fields):
    next(field for field in fields if field["name"] == "entry_reason")["type"]["symbols"].append("MERGED")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_required, [(1, 0)]),
        (_without_grade, [(0, 1)]),
        (_another_type, [(0, 1)]),
        (_nullable, []),
        (_a_new_symbol, []),
    ],
)
def test_the_check_tells_good_from_bad(change, found):
    assert incompatible([catalogue.definition("StudentEnrolled", 1), _later(change)]) == found
