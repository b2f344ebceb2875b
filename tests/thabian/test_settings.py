"""Settings that do not hold together are refused at start, in one line that shows no value."""

import json

import pytest

from schemas.errors import ThabianError
from thabian import settings as settings_module
from thabian.settings import Settings

A, B = "a-secret-of-32-characters-or-more", "b-secret-of-32-characters-or-more"
SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_MECHANISM": "PLAIN", "KAFKA_USERNAME": "u", "KAFKA_PASSWORD": A,
}  # fmt: skip


def load(monkeypatch, **env):
    for name, value in env.items():
        monkeypatch.setenv(f"THABIAN_{name}", value)
    return settings_module.load()


@pytest.mark.parametrize(
    ("env", "told"),
    [
        ({"KAFKA_SASL_MECHANISM": "PLAIN"}, "THABIAN_KAFKA_SASL_MECHANISM goes with a SASL_*"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "THABIAN_KAFKA_SASL_MECHANISM goes with a SASL_*"),
        (SASL | {"KAFKA_USERNAME": ""}, "needs THABIAN_KAFKA_USERNAME and THABIAN_KAFKA_PASSWORD"),
        (SASL | {"KAFKA_PASSWORD": ""}, "needs THABIAN_KAFKA_USERNAME and THABIAN_KAFKA_PASSWORD"),
        ({"KAFKA_CA_FILE": "ca.pem"}, "THABIAN_KAFKA_CA_FILE goes with an SSL protocol only"),
        (SASL | {"KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT", "KAFKA_CA_FILE": "ca.pem"}, "THABIAN_KAFKA_CA_FILE goes with"),
        ({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "THABIAN_KAFKA_SECURITY_PROTOCOL: "),
        ({"PERSON_SECRET": A}, "are set together"),
        ({"MATCH_SECRET": A}, "are set together"),
        ({"PERSON_SECRET": A, "MATCH_SECRET": A}, "must differ"),
        ({"PERSON_SECRET": A, "MATCH_SECRET": "short-secret"}, "32 characters or more"),
        ({"PERSON_SECRET": "short-secret", "MATCH_SECRET": A}, "32 characters or more"),
        ({"CLICKHOUSE_HOST": "db"}, "with THABIAN_CLICKHOUSE_HOST set, THABIAN_PERSON_SECRET"),
        ({"CLICKHOUSE_PORT": "0"}, "THABIAN_CLICKHOUSE_PORT: "),
        ({"CLICKHOUSE_PORT": "http"}, "THABIAN_CLICKHOUSE_PORT: "),
        ({"CLICKHOUSE_DATABASE": "x; DROP DATABASE y"}, "THABIAN_CLICKHOUSE_DATABASE: "),
        ({"CLICKHOUSE_TIMEOUT_S": "0"}, "THABIAN_CLICKHOUSE_TIMEOUT_S: "),
        ({"TOPIC_PREFIX": "A B"}, "THABIAN_TOPIC_PREFIX: "),
        ({"TOPIC_REPLICATION": "0"}, "THABIAN_TOPIC_REPLICATION: "),
        ({"KEY_VERSION": "256"}, "THABIAN_KEY_VERSION: "),
        ({"INTAKE_BATCH_EVENTS": "0"}, "THABIAN_INTAKE_BATCH_EVENTS: "),
        ({"MAX_EVENT_BYTES": "1"}, "THABIAN_MAX_EVENT_BYTES: "),
        ({"LOCAL_KAFKA_PORT": "65536"}, "THABIAN_LOCAL_KAFKA_PORT: "),
        ({"LOG_LEVEL": "loud"}, "THABIAN_LOG_LEVEL: "),
        ({"LOG_FORMAT": "xml"}, "THABIAN_LOG_FORMAT: "),
        ({"CLICKHOUSE_SECURE": "perhaps"}, "THABIAN_CLICKHOUSE_SECURE: "),
    ],
)  # fmt: skip
def test_bad_ones_are_refused_in_one_line_without_values(monkeypatch, env, told):
    with pytest.raises(ThabianError) as refused:
        load(monkeypatch, **env)
    assert (refused.value.code, refused.value.exit_code) == ("SETTINGS_INVALID", 2)
    assert told in refused.value.message
    assert "\n" not in refused.value.message
    assert not [value for value in (A, B, "short-secret", "x; DROP") if value in refused.value.message]


def test_several_faults_are_told_in_the_same_line(monkeypatch):
    with pytest.raises(ThabianError) as refused:
        load(monkeypatch, KEY_VERSION="0", LOG_LEVEL="loud")
    assert "THABIAN_KEY_VERSION" in refused.value.message
    assert "THABIAN_LOG_LEVEL" in refused.value.message
    assert "\n" not in refused.value.message


@pytest.mark.parametrize(
    "env",
    [
        {},
        SASL,
        SASL | {"KAFKA_CA_FILE": "ca.pem"},
        {"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_CA_FILE": "ca.pem"},
        {"CLICKHOUSE_HOST": "db", "PERSON_SECRET": A, "MATCH_SECRET": B},
        {"TOPIC_PREFIX": "demo."},
    ],
)
def test_good_ones_are_taken(monkeypatch, env):
    found = load(monkeypatch, **env)
    assert found.kafka_username == env.get("KAFKA_USERNAME", "")
    assert found.topic_prefix == env.get("TOPIC_PREFIX", "")


def test_they_are_read_once(monkeypatch):
    assert load(monkeypatch) is load(monkeypatch, KEY_VERSION="2")


def test_secrets_show_in_no_representation(monkeypatch):
    found = load(monkeypatch, PERSON_SECRET=A, MATCH_SECRET=B, **SASL)
    for text in (repr(found), str(found), found.model_dump_json()):
        assert A not in text
        assert B not in text


@pytest.fixture
def env_file(tmp_path, monkeypatch):
    """Reads `.env` of the working folder, as outside the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    return tmp_path / ".env"


def test_the_env_file_is_read_and_the_environment_wins(env_file, monkeypatch):
    env_file.write_text(
        "# ของเรา\nTHABIAN_INTAKE_GROUP='from file'\nTHABIAN_KEY_VERSION=3\nSOMETHING_ELSE=1\n", encoding="utf-8"
    )
    found = load(monkeypatch, KEY_VERSION="4")
    assert (found.intake_group, found.key_version) == ("from file", 4)


@pytest.mark.parametrize("content", [b"THABIAN_KEY_VERSION=0\n", b"THABIAN_INTAKE_GROUP=\xa1\xa2\n"])
def test_an_env_file_that_cannot_be_used_is_refused_in_one_line(env_file, monkeypatch, content):
    env_file.write_bytes(content)
    with pytest.raises(ThabianError) as refused:
        load(monkeypatch)
    assert (refused.value.code, refused.value.exit_code) == ("SETTINGS_INVALID", 2)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("how", ["table", "json"])
def test_the_command_masks_secrets(thabian, how):
    env = {f"THABIAN_{name}": value for name, value in {"PERSON_SECRET": A, "MATCH_SECRET": B, **SASL}.items()}
    said = thabian("settings", "--format", how, **env)
    out = said.out
    assert (said.code, said.err) == (0, "")
    assert A not in out
    assert B not in out
    assert all(f"THABIAN_{name.upper()}" in out for name in Settings.model_fields)
    if how == "json":
        shown = json.loads(out)
        assert shown["THABIAN_PERSON_SECRET"] == shown["THABIAN_KAFKA_PASSWORD"] == "********"
        assert shown["THABIAN_CLICKHOUSE_PASSWORD"] == ""
        assert shown["THABIAN_KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"


def test_a_name_is_whole_on_a_narrow_terminal(thabian):
    out = thabian("settings", COLUMNS=80).out
    assert all(f" THABIAN_{name.upper()} " in out for name in Settings.model_fields)


def test_the_command_tells_of_bad_ones_in_one_line(thabian):
    said = thabian("settings", THABIAN_PERSON_SECRET=A)
    assert (said.code, said.out) == (2, "")
    assert "[SETTINGS_INVALID]" in said.one_line()
    assert A not in said.err


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_says_what_it_is(name):
    assert (Settings.model_fields[name].description or "").endswith(".")
