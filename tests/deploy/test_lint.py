"""The image, the compose file and the YAML of deploy/ through their own linters, all from wheels."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
COMPOSE = PROJECT / "deploy" / "compose"
SERVICES = {"intake", "streams", "sink", "monitor"}


def run(*arguments, cwd=PROJECT):
    done = subprocess.run(
        [str(BIN / arguments[0]), *arguments[1:]], cwd=cwd, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The compose file as Docker's own program understands it, with secrets of the test's own."""
    folder = tmp_path_factory.mktemp("compose")
    for name in ("compose.yaml", "make-secrets.sh"):
        (folder / name).write_bytes((COMPOSE / name).read_bytes())
    subprocess.run(["sh", "make-secrets.sh"], cwd=folder, check=True, capture_output=True)
    return folder, yaml.safe_load(run("docker-compose", "config", "--no-interpolate", cwd=folder))


def test_the_image_is_linted():
    run("hadolint", "deploy/image/Dockerfile")


def test_the_image_runs_as_nobody_and_says_how_it_is():
    text = (PROJECT / "deploy" / "image" / "Dockerfile").read_text()
    assert "\nUSER 10001:10001\n" in text
    assert "\nHEALTHCHECK " in text
    assert "SECRET" not in text.replace("Nothing secret", "")


def test_every_package_of_ours_is_in_the_image():
    text = (PROJECT / "deploy" / "image" / "Dockerfile").read_text()
    ignored = (PROJECT / ".dockerignore").read_text()
    for package in sorted(path.parent.name for path in PROJECT.glob("*/py.typed")):
        assert f"COPY {package} ./{package}\n" in text
        assert f"!{package}\n" in ignored


def test_yaml_is_linted():
    run("yamllint", "--strict", "deploy")


def test_compose_understands_its_file(project):
    _, made = project
    assert set(made["services"]) >= SERVICES | {"kafka-1", "kafka-2", "kafka-3", "keeper", "clickhouse", "grafana"}


def test_every_image_is_pinned(project):
    _, made = project
    for name, service in made["services"].items():
        image = service["image"].partition(":-")[2].rstrip("}") or service["image"]
        assert image.rpartition(":")[2] not in ("", "latest", image), name


def test_every_service_has_a_health_check_or_ends(project):
    _, made = project
    for name, service in made["services"].items():
        of_the_image = name in SERVICES
        assert of_the_image or "healthcheck" in service, name
        assert service.get("restart") == ("no" if service.get("healthcheck", {}).get("disable") else "unless-stopped")


def test_services_start_when_topics_and_tables_are_there(project):
    _, made = project
    for name in SERVICES:
        conditions = {on: how["condition"] for on, how in made["services"][name]["depends_on"].items()}
        assert conditions == dict.fromkeys(("topics", "migrate"), "service_completed_successfully")


def test_services_can_write_nothing_but_what_is_theirs(project):
    _, made = project
    for name in SERVICES:
        assert made["services"][name]["read_only"] is True
        assert made["services"][name]["cap_drop"] == ["ALL"]


def test_every_metrics_page_is_scraped():
    scraped = yaml.safe_load((COMPOSE / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"][0]
    assert {target for one in scraped["static_configs"] for target in one["targets"]} == {f"{n}:9100" for n in SERVICES}


def test_secrets_are_made_once_and_are_no_ones_to_read(project):
    folder, _ = project
    before = (folder / "secrets" / "thabian.env").read_text()
    subprocess.run(["sh", "make-secrets.sh"], cwd=folder, check=True, capture_output=True)
    assert (folder / "secrets" / "thabian.env").read_text() == before
    assert (folder / "secrets").stat().st_mode & 0o077 == 0
    assert all(len(line.partition("=")[2]) == 64 for line in before.splitlines())
    assert before.count("\n") == 3
    assert "/secrets/" in (COMPOSE / ".gitignore").read_text()
