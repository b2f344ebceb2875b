"""The chart as Helm itself renders it, held against Kubernetes' own schemas and what operators rely on."""

import shutil
from pathlib import Path

import pytest
import yaml

helm = pytest.importorskip("helm_python", reason="helm-python-sdk has no wheel for this platform")
kubernetes_validate = pytest.importorskip("kubernetes_validate")

CHART = Path(__file__).parents[3] / "deploy" / "helm" / "thabian"
VERSIONS = ("1.29", "1.33")
SERVICES = ("intake", "streams", "sink", "monitor")
EVERYTHING = {
    "podMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "prometheusRule": {"enabled": True},
    "keda": {"authenticationRef": "kafka"},
    "storageClassName": "fast",
    "imagePullSecrets": [{"name": "pull"}],
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "register", "operator": "Exists"}],
    "podAnnotations": {"note": "x"},
    "services": {
        "intake": {"autoscaling": {"kind": "keda"}, "settings": {"THABIAN_KAFKA_USERNAME": "thabian-intake"}},
        "streams": {"autoscaling": {"kind": "hpa"}, "secretName": "thabian-streams"},
    },
}


def rendered(values=None, chart=CHART):
    with helm.Chart.load(chart) as loaded:
        pages = loaded.render(values or {}, name="register", namespace="school")
    return [one for text in pages.values() for one in yaml.safe_load_all(text) if one]


def of(objects, kind):
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def pods(objects):
    """Pod templates by the name of what makes them."""
    specs = [(one["metadata"]["name"], one["spec"]) for one in objects if "spec" in one]
    inner = [(name, spec.get("jobTemplate", {}).get("spec", spec)) for name, spec in specs]
    return {name: spec["template"] for name, spec in inner if "template" in spec}


@pytest.fixture(scope="module")
def plain():
    return rendered()


@pytest.fixture(scope="module")
def everything():
    return rendered(EVERYTHING)


def test_helm_lints_it():
    report = helm.lint(CHART, {}, strict=True, kube_version="v1.33.0")
    assert not report["errors"], report
    assert not [one for one in report["messages"] if one["severity"] >= 2]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("values", [{}, EVERYTHING], ids=["defaults", "everything"])
def test_kubernetes_knows_every_field(version, values):
    for one in rendered(values):
        if one["apiVersion"].split("/")[0] not in ("keda.sh", "monitoring.coreos.com"):
            kubernetes_validate.validate(one, version, strict=True)


def test_nothing_runs_as_root_or_writes_to_its_image(everything):
    assert len(pods(everything)) == len(SERVICES) + 4
    for name, pod in pods(everything).items():
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True, name
        assert pod["spec"]["automountServiceAccountToken"] is False
        for container in pod["spec"]["containers"]:
            context = container["securityContext"]
            assert context["readOnlyRootFilesystem"] is True
            assert context["allowPrivilegeEscalation"] is False
            assert context["capabilities"] == {"drop": ["ALL"]}


def test_secrets_are_named_never_made(everything):
    assert not of(everything, "Secret")
    assert not of(everything, "ConfigMap")
    for name, pod in pods(everything).items():
        (container,) = pod["spec"]["containers"]
        wanted = "thabian-streams" if name == "register-streams" else "thabian"
        assert container["envFrom"] == [{"secretRef": {"name": wanted}}]
        assert not [one for one in container["env"] if one["name"].endswith(("SECRET", "PASSWORD"))]


def test_a_pod_of_intake_keeps_its_membership(plain):
    (container,) = of(plain, "StatefulSet")["register-intake"]["spec"]["template"]["spec"]["containers"]
    said = {one["name"]: one for one in container["env"]}
    assert said["THABIAN_INTAKE_INSTANCE"]["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


def test_each_process_is_asked_how_it_is_where_it_says_so(plain):
    for name in SERVICES:
        pod = pods(plain)[f"register-{name}"]["spec"]
        (container,) = pod["containers"]
        paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
        assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
        assert container["args"][-2:] == ["--metrics-port", "9100"]
        assert pod["terminationGracePeriodSeconds"] > 30  # THABIAN_INTAKE_DRAIN_S


def test_one_settings_value_stands_before_that_of_all(everything):
    (container,) = pods(everything)["register-intake"]["spec"]["containers"]
    said = {one["name"]: one.get("value") for one in container["env"]}
    assert said["THABIAN_KAFKA_USERNAME"] == "thabian-intake"
    assert said["THABIAN_KAFKA_BOOTSTRAP"] == "kafka-bootstrap:9092"


def test_who_scales_says_how_many(plain, everything):
    assert of(plain, "StatefulSet")["register-intake"]["spec"]["replicas"] == 2
    scaled = of(everything, "StatefulSet")
    assert "replicas" not in scaled["register-intake"]["spec"]
    (trigger,) = of(everything, "ScaledObject")["register-intake"]["spec"]["triggers"]
    assert trigger["metadata"]["consumerGroup"] == "thabian-intake"
    assert "topic" not in trigger["metadata"]
    assert of(everything, "HorizontalPodAutoscaler")["register-streams"]["spec"]["maxReplicas"] == 12


def test_topics_and_tables_come_first(plain):
    weights = {name: job["metadata"]["annotations"]["helm.sh/hook-weight"] for name, job in of(plain, "Job").items()}
    assert weights == {"register-topics": "1", "register-migrate": "2"}


def test_every_service_has_a_budget(plain):
    assert set(of(plain, "PodDisruptionBudget")) == {f"register-{name}" for name in SERVICES}


def test_rules_in_the_chart_become_objects(tmp_path):
    chart = tmp_path / "thabian"
    shutil.copytree(CHART, chart)
    groups = {"groups": [{"name": "intake", "rules": [{"record": "a:b", "expr": "sum(up)"}]}]}
    (chart / "rules" / "intake.rules.yaml").write_text(yaml.safe_dump(groups))
    made = of(rendered({"prometheusRule": {"enabled": True}}, chart), "PrometheusRule")
    assert made["register-intake-rules"]["spec"] == groups


def test_every_alert_is_told_where_its_page_is():
    values = {"prometheusRule": {"enabled": True, "runbooks": "https://wiki.example/runbooks/"}}
    rules = of(rendered(values), "PrometheusRule")
    assert set(rules) == {f"register-{name}-rules" for name in ("census", "events", "intake", "parts")}
    alerts = [
        one for each in rules.values() for group in each["spec"]["groups"] for one in group["rules"] if "alert" in one
    ]
    for alert in alerts:
        assert alert["annotations"]["runbook_url"] == f"https://wiki.example/runbooks/{alert['alert']}.md"


@pytest.mark.parametrize(
    "values",
    [
        {"unknown": 1},
        {"image": {"tag": "latest"}},
        {"settings": {"THABIAN_PERSON_SECRET": "x" * 32}},
        {"settings": {"THABIAN_KAFKA_PASSWORD": "x"}},
        {"services": {"intake": {"autoscaling": {"kind": "magic"}}}},
        {"services": {"sink": {"storage": "1Gi"}}},
        {"secretName": ""},
    ],
    ids=["unknown", "latest", "secret", "password", "scaler", "volume", "no-secret"],
)
def test_values_that_mean_nothing_or_hold_a_secret_are_refused(values):
    with helm.Chart.load(CHART) as chart, pytest.raises(helm.HelmError):
        chart.validate_schema(chart.merge_values(values))


def test_every_setting_named_is_one_of_ours(everything):
    from thabian.settings import Settings

    known = {f"THABIAN_{name.upper()}" for name in Settings.model_fields}
    for pod in pods(everything).values():
        assert {one["name"] for one in pod["spec"]["containers"][0]["env"]} <= known
