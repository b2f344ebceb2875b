"""Secrets of the local parts are made once, for whoever comes first, and for this user alone."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import ThabianError
from thabian.installation_secrets import installation_pseudonyms
from thabian.settings import Settings

PROJECT = Path(__file__).parents[2]
ASK = """
import sys
from thabian.installation_secrets import installation_pseudonyms
from thabian.settings import Settings
settings = Settings(local_home=sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(sorted((name, key.hex()) for name, key in installation_pseudonyms(settings).canaries.items()))
"""


def canaries(settings):
    return installation_pseudonyms(settings).canaries


def kept(home):
    return home / "clickhouse" / "secrets.json"


def test_they_are_made_once_and_kept(tmp_path):
    settings = Settings(local_home=tmp_path)
    first = canaries(settings)
    text = kept(tmp_path).read_text(encoding="utf-8")
    made = json.loads(text)
    assert min(map(len, made.values())) == 64
    assert made["person"] != made["match"]
    assert canaries(settings) == first
    assert kept(tmp_path).read_text(encoding="utf-8") == text
    assert [path.name for path in kept(tmp_path).parent.iterdir()] == ["secrets.json"]


def test_they_are_readable_by_their_owner_alone(tmp_path):
    canaries(Settings(local_home=tmp_path))
    assert stat.S_IMODE(kept(tmp_path).stat().st_mode) == 0o600


def test_another_installation_has_others(tmp_path):
    assert canaries(Settings(local_home=tmp_path / "a")) != canaries(Settings(local_home=tmp_path / "b"))


def test_processes_that_make_them_at_once_agree(tmp_path):
    command = [sys.executable, "-c", ASK, str(tmp_path)]
    asked = [
        subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in asked:
        assert process.stdout.readline() == "ready\n"
    for process in asked:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = {process.communicate(timeout=60)[0] for process in asked}
    assert len(answers) == 1
    assert all(process.returncode == 0 for process in asked)
    assert [path.name for path in kept(tmp_path).parent.iterdir()] == ["secrets.json"]


def test_given_ones_are_used_and_none_are_made(tmp_path):
    given = {"person_secret": "p" * 32, "match_secret": "m" * 32}
    one, two = (canaries(Settings(local_home=tmp_path, **given)) for _ in range(2))
    assert one == two
    assert not kept(tmp_path).exists()
    assert canaries(Settings(local_home=tmp_path, **given | {"match_secret": "n" * 32})) != one


@pytest.mark.parametrize("text", ["", "{}", '{"person": "x"}', "[]"])
def test_a_damaged_file_is_refused_in_one_line(tmp_path, text):
    """Never made anew: the warehouse is filled with keys under the old ones."""
    kept(tmp_path).parent.mkdir()
    kept(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(ThabianError) as refused:
        canaries(Settings(local_home=tmp_path))
    assert refused.value.code == "SECRETS_UNREADABLE"
    assert kept(tmp_path).read_text(encoding="utf-8") == text
