"""A small simulated year through the real broker and the real engine: what is sealed is what the simulator knows."""

import json

import pytest

from tests.conftest import Installation, grant_everything

pytestmark = pytest.mark.real

YEAR = (
    *("simulate", "--schools", "8", "--pupils", "320", "--seed", "11", "--busier", "8", "--cases", "1"),
    *("--affiliation", "31", "--affiliation", "10", "--publisher", "roster"),
)
FINAL = (
    ("2565", "1", "2565-06-10"),
    ("2565", "2", "2565-11-10"),
    ("2565", "3", "2566-03-31"),
    ("2566", "1", "2566-05-16"),
)


def outcomes(installation):
    lines = installation.run("receipts", "--counts", "--format", "json").stdout.splitlines()
    counts = {}
    for row in map(json.loads, lines):
        counts[row["outcome"]] = counts.get(row["outcome"], 0) + row["messages"]
    return counts


def test_every_census_of_a_simulated_year_is_the_truth(installation: Installation, tmp_path) -> None:
    grant_everything(installation.warehouse(), "roster", "31")
    folder = ("-o", str(tmp_path))
    until_certified, rest = ("--until", "2565-06-15"), ("--from", "2565-06-15")

    installation.run(*YEAR, *folder, *until_certified)
    installation.run("intake", "--until-end")
    installation.run("snapshot", "seal", "--year", "2565", "--round", "1", "--as-of", "2565-06-10")
    said = installation.run("simulate", "check", str(tmp_path), "--point", "round-1-certified", "--snapshot", "latest")
    assert "equal" in said.stdout
    assert "DIFFER" in installation.run("simulate", "check", str(tmp_path), code=1).stdout

    installation.run(*YEAR, *folder, *rest)
    installation.run("intake", "--until-end")
    for year, number, day in FINAL:
        installation.run("snapshot", "seal", "--year", year, "--round", number, "--as-of", day)
    lines = installation.run("simulate", "check", str(tmp_path)).stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["round-1-final", "round-2-final", "round-3-final", "next-year"]
    assert all(": equal [" in line for line in lines)

    about = json.loads((tmp_path / "simulation.json").read_text())
    found = outcomes(installation)
    assert set(found) == {"ACCEPTED", "DUPLICATE", "CONFLICT"}
    assert found["CONFLICT"] == 1
    assert found["ACCEPTED"] + found["DUPLICATE"] + 1 > about["messages"]
    installation.run("audit")
