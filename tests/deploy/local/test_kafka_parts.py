"""Kafka's configuration, and the list of its artefacts."""

import hashlib
import struct
from pathlib import Path

import pytest

from deploy.local.errors import LocalPartError, Trouble
from deploy.local.kafka import cluster, jars, probe
from deploy.local.kafka.node import CLUSTER, Node, as_text, server_properties
from deploy.local.kafka.probe import brokers
from deploy.local.kafka.storage import cluster_id
from deploy.local.ports import choose


def nodes(count: int) -> list[Node]:
    return [Node(number, "127.0.0.1", 9_000 + number, 9_500 + number, Path("n")) for number in range(1, count + 1)]


def test_one_node_needs_no_other() -> None:
    (node,) = nodes(1)
    found = server_properties(node, [node])
    assert found["listeners"] == "PLAINTEXT://127.0.0.1:9001,CONTROLLER://127.0.0.1:9501"
    assert found["controller.quorum.voters"] == "1@127.0.0.1:9501"
    assert {found[name] for name in found if name.endswith("replication.factor")} == {"1"}
    assert found["auto.create.topics.enable"] == "false"


def test_three_nodes_are_one_cluster() -> None:
    three = nodes(3)
    found = [server_properties(node, three) for node in three]
    assert [each["node.id"] for each in found] == ["1", "2", "3"]
    assert {each["controller.quorum.voters"] for each in found} == {
        "1@127.0.0.1:9501,2@127.0.0.1:9502,3@127.0.0.1:9503"
    }
    assert {each["offsets.topic.replication.factor"] for each in found} == {"3"}
    assert {each["min.insync.replicas"] for each in found} == {"2"}


def test_one_node_has_no_setting_of_a_cluster() -> None:
    (node,) = nodes(1)
    assert not CLUSTER.keys() & server_properties(node, [node]).keys()


def test_ports_of_an_answer_with_and_without_racks() -> None:
    def broker(number: int, port: int, rack: bytes | None) -> bytes:
        named = struct.pack(">h", -1) if rack is None else struct.pack(">h", len(rack)) + rack
        return struct.pack(">ih", number, 4) + b"host" + struct.pack(">i", port) + named

    answer = struct.pack(">ii", probe.CORRELATION, 2) + broker(1, 9_001, b"rack") + broker(2, 9_002, None)
    assert probe._broker_ports(answer) == {9_001, 9_002}
    assert probe._broker_ports(struct.pack(">ii", 0, 1) + broker(1, 9_001, None)) == set()


def test_names_of_brokers_and_how_many_are_remembered() -> None:
    assert cluster.names(3) == ("kafka", "kafka-2", "kafka-3")
    ports = {name: 1 for broker in cluster.names(3) for name in (broker, cluster.controller(broker))}
    assert cluster.size(ports) == 3
    assert cluster.size({"kafka": 1, "kafka_controller": 2, "clickhouse": 3}) == 1, "a home of before there were three"
    found = cluster.nodes("127.0.0.1", ports, Path("k"))
    assert [(name, node.node_id, node.folder.name) for name, node in found.items()] == [
        ("kafka", 1, "node-1"),
        ("kafka-2", 2, "node-2"),
        ("kafka-3", 3, "node-3"),
    ]


def test_backslashes_are_escaped_for_java() -> None:
    assert as_text({"log.dirs": "a\\b"}) == "log.dirs=a\\\\b\n"


def test_the_cluster_id_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "kafka" / "cluster.id"
    made = cluster_id(file)
    assert (len(made), made[0] != "-", cluster_id(file)) == (22, True, made)


@pytest.mark.real
def test_nobody_listening_means_no_brokers() -> None:
    assert brokers("127.0.0.1", choose("127.0.0.1", "nobody", ())) == set()


def test_the_list_is_complete_and_consistent() -> None:
    listed = jars.listed()
    versions = {jar.version for jar in listed if jar.group == "org.apache.kafka"}
    assert len(versions) == 1
    assert len({(jar.group, jar.artifact) for jar in listed}) == len(listed)
    assert {"log4j-slf4j-impl", "log4j-core", "zstd-jni"} <= {jar.artifact for jar in listed}
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in listed)


def test_a_truncated_download_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = serve(monkeypatch, tmp_path, b"the whole jar")
    path = tmp_path / "maven" / "g" / "a" / "1" / "a-1.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"the wh")
    told: list[tuple[object, ...]] = []
    assert jars.fetch(tmp_path, lambda *what: told.append(what)) == [path]
    assert path.read_bytes() == b"the whole jar"
    assert told == [("kafka", "downloading", 0, 13), ("kafka", "downloading", 13, 13)]
    jars.fetch(tmp_path, lambda *what: told.append(what))
    assert (len(fetched), len(told)) == (1, 2)


def test_other_bytes_than_listed_are_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, tmp_path, b"something else")
    with pytest.raises(LocalPartError, match="g:a:1 was downloaded with a wrong checksum") as raised:
        jars.fetch(tmp_path, lambda *_: None)
    assert raised.value.trouble is Trouble.DOWNLOAD_FAILED
    assert not list(tmp_path.rglob("*.jar"))


def test_without_a_network_one_line_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(monkeypatch, tmp_path, None)
    with pytest.raises(LocalPartError, match=r"could not download g:a:1: ConnectionError\. Is there a network"):
        jars.fetch(tmp_path, lambda *_: None)


def serve(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None) -> list[object]:
    """A list of one jar, and a resolver that gives `content` for it; None: no network."""
    from jgo.maven import PythonResolver

    listing = tmp_path / "jars.csv"
    digest = hashlib.sha256(b"the whole jar").hexdigest()
    listing.write_text(f"group,artifact,version,size,sha256\ng,a,1,13,{digest}\n")
    monkeypatch.setattr(jars, "LIST", listing)
    fetched: list[object] = []

    def download(self: object, artifact: object) -> Path:
        fetched.append(artifact)
        if content is None:
            raise ConnectionError
        artifact.cached_path.parent.mkdir(parents=True, exist_ok=True)
        artifact.cached_path.write_bytes(content)
        return artifact.cached_path

    monkeypatch.setattr(PythonResolver, "download", download)
    return fetched
