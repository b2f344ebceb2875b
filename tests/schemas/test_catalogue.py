"""The published contract stays what it is: pinned texts, one header, documented fields, room to grow."""

import copy
import json
from importlib import resources

import avro.schema
import pytest

from schemas import answers, catalogue
from schemas.errors import ThabianError

HEADER = (
    "event_id", "school_code", "person_id", "academic_year", "effective_date", "recorded_at", "source", "replaces",
)  # fmt: skip
"""Design 3."""

PUBLISHED = [pytest.param(schema, id=f"{schema.kind}-{schema.version}") for schema in catalogue.published()]


@pytest.fixture
def fresh_catalogue():
    """The catalogue is read anew in the test, and after it."""
    caches = (catalogue.published, catalogue.current, catalogue.by_fingerprint, catalogue.by_registry_id)
    for kept in caches:
        kept.cache_clear()
    yield
    for kept in caches:
        kept.cache_clear()


@pytest.mark.parametrize(("schema", "number"), [("null", 0x63DD24E7CC258F8A), ("int", 0x7275D51A3F395C8F)])
def test_fingerprints_are_those_of_the_specification(schema, number):
    """Avro specification, "Schema Fingerprints"; on the wire little-endian ("Single-object encoding")."""
    assert int.from_bytes(catalogue.fingerprint({"type": schema}), "little") == number


@pytest.mark.parametrize("schema", PUBLISHED)
def test_the_official_library_computes_the_same_fingerprint(schema):
    """Of the schema without its logical types: the Python library leaves `{"type": "int"}` in its canonical form, where the
    specification and the Java library have `"int"`.
    """
    official = avro.schema.parse(json.dumps(_without_logical_types(schema.definition))).fingerprint("CRC-64-AVRO")
    assert schema.fingerprint == official


def _without_logical_types(part):
    if isinstance(part, dict):
        if "logicalType" in part:
            return part["type"]
        return {name: _without_logical_types(value) for name, value in part.items()}
    return [_without_logical_types(item) for item in part] if isinstance(part, list) else part


def test_every_text_is_pinned_and_every_pin_has_its_text():
    lines = json.loads((resources.files("schemas") / "catalogue.json").read_text(encoding="utf-8"))
    events = resources.files("schemas") / "events"
    texts = {
        (kind.name, int(file.name.removesuffix(".avsc")))
        for kind in events.iterdir()
        for file in kind.iterdir()
        if file.name.endswith(".avsc")
    }
    assert {(line["kind"], line["version"]) for line in lines} == texts
    assert len(lines) == len(texts) == len({line["registry_id"] for line in lines})
    for schema in catalogue.published():
        line = next(line for line in lines if (line["kind"], line["version"]) == (schema.kind, schema.version))
        assert schema.fingerprint.hex() == line["fingerprint"]
        assert schema.registry_id == line["registry_id"]
        assert catalogue.by_fingerprint()[schema.fingerprint] is schema
        assert catalogue.by_registry_id()[schema.registry_id] is schema


def test_versions_of_each_of_the_eleven_kinds_count_from_one():
    assert len(catalogue.KINDS) == len(set(catalogue.KINDS)) == 11
    for kind in catalogue.KINDS:
        versions = [schema.version for schema in catalogue.published() if schema.kind == kind]
        assert versions == list(range(1, len(versions) + 1))
        assert catalogue.current(kind).version == versions[-1]
    assert {schema.kind for schema in catalogue.published()} == set(catalogue.KINDS)


@pytest.mark.parametrize("schema", PUBLISHED)
def test_records_are_named_after_their_kind(schema):
    assert (schema.definition["namespace"], schema.definition["name"]) == (catalogue.NAMESPACE, schema.kind)


def _rename(text):
    text["fields"][-1]["name"] += "x"


def _number_instead_of_date(text):
    del next(field for field in text["fields"] if field["name"] == "effective_date")["type"]["logicalType"]


def _other_default(text):
    next(field for field in text["fields"] if field["name"] == "entry_reason")["default"] = "OPENING"


@pytest.mark.parametrize("change", [_rename, _number_instead_of_date, _other_default])
def test_a_changed_text_is_refused(fresh_catalogue, monkeypatch, change):
    """The last two keep the fingerprint: the canonical form holds neither logical types nor defaults."""
    read = catalogue.definition

    def changed(kind, version):
        text = read(kind, version)
        if kind == "StudentEnrolled":
            change(text)
        return text

    monkeypatch.setattr(catalogue, "definition", changed)
    with pytest.raises(ThabianError, match=r"StudentEnrolled/1\.avsc") as refused:
        catalogue.published()
    assert refused.value.code == "CATALOGUE_CHANGED"


def test_documentation_may_be_put_better(fresh_catalogue, monkeypatch):
    read = catalogue.definition
    monkeypatch.setattr(catalogue, "definition", lambda kind, version: read(kind, version) | {"doc": "Better."})
    assert len(catalogue.published()) >= 11


@pytest.mark.parametrize("schema", PUBLISHED)
def test_every_kind_begins_with_the_same_header(schema):
    first = catalogue.published()[0].definition["fields"][: len(HEADER)]
    assert tuple(field["name"] for field in first) == HEADER
    assert schema.definition["fields"][: len(HEADER)] == first


def _parts(avro_type):
    """Every record, field and enum within a type."""
    if isinstance(avro_type, list):
        for part in avro_type:
            yield from _parts(part)
    elif isinstance(avro_type, dict):
        if avro_type["type"] in ("record", "enum"):
            yield avro_type
        for field in avro_type.get("fields", ()):
            yield field
            yield from _parts(field["type"])
        if avro_type["type"] == "array":
            yield from _parts(avro_type["items"])


ANSWERS = [
    pytest.param(
        json.loads((resources.files(answers) / f"{name}.avsc").read_text(encoding="utf-8")), id=name
    )
    for name in ("AcceptedChanges", "Receipts")
]  # fmt: skip
DEFINITIONS = [pytest.param(param.values[0].definition, id=param.id) for param in PUBLISHED] + ANSWERS


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_every_record_field_and_enum_is_documented(definition):
    assert not [part["name"] for part in _parts(definition) if not part.get("doc")]


@pytest.mark.parametrize("definition", DEFINITIONS)
def test_enums_can_grow(definition):
    """A symbol an older reader does not know becomes UNKNOWN."""
    for part in _parts(definition):
        if part["type"] == "enum":
            assert (part["symbols"][0], part["default"]) == ("UNKNOWN", "UNKNOWN"), part["name"]


def not_nullable(versions):
    """Fields that were added beside the first version and are not "null or something, by default null"."""
    first = {field["name"] for field in versions[0]["fields"]}
    added = {field["name"]: field for version in versions[1:] for field in version["fields"]}
    return [
        name
        for name, field in added.items()
        if name not in first
        and not (isinstance(field["type"], list) and field["type"][0] == "null" and field.get("default", 0) is None)
    ]


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_what_was_added_later_is_nullable_and_null_by_default(kind):
    assert not not_nullable([schema.definition for schema in catalogue.published() if schema.kind == kind])


@pytest.mark.parametrize(
    ("field", "is_good"),
    [
        ({"type": ["null", "string"], "default": None}, True),
        ({"type": ["null", "string"]}, False),
        ({"type": ["string", "null"], "default": ""}, False),
        ({"type": "string", "default": ""}, False),
        ({"type": "string"}, False),
    ],
)
def test_a_required_addition_would_be_seen(field, is_good):
    first = catalogue.definition("EventVoided", 1)
    later = copy.deepcopy(first)
    later["fields"].append({"name": "added", "doc": "Made up.", **field})
    assert not_nullable([first, later]) == ([] if is_good else ["added"])
