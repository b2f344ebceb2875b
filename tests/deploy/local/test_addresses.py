"""Which ports the parts get."""

import socket
from collections.abc import Collection
from pathlib import Path

import pytest

from deploy.local.addresses import Addresses, Settler, remember, remembered
from deploy.local.errors import LocalPartError, Trouble
from deploy.local.loopback import address, require_loopback

HOST = "127.0.0.1"


class Told(list[str]):
    """Progress that remembers what it was told."""

    def __call__(self, part: str, what: str, done: int | None, total: int | None) -> None:
        self.append(f"{part}: {what}")


def settle(home: Path, told: Told, running: Collection[str] = (), **wanted: int) -> dict[str, int]:
    found = Settler(home, HOST, {"a": 0, "b": 0} | wanted, running).settle(told)
    remember(home, found)
    return dict(found.ports)


def listening() -> socket.socket:
    return socket.create_server((HOST, 0))


def test_free_ports_are_chosen_once_and_remembered(tmp_path: Path) -> None:
    first = settle(tmp_path, Told())
    assert len(set(first.values())) == 2
    assert settle(tmp_path, Told()) == first
    assert remembered(tmp_path) == Addresses(HOST, first)


def test_another_home_gets_other_ports(tmp_path: Path) -> None:
    assert settle(tmp_path / "one", Told()) != settle(tmp_path / "two", Told())


def test_a_chosen_port_that_is_taken_is_told_and_replaced(tmp_path: Path) -> None:
    with listening() as other:
        taken = other.getsockname()[1]
        remember(tmp_path, Addresses(HOST, {"a": taken, "b": 20_001}))
        told = Told()
        ports = settle(tmp_path, told)
    assert ports["a"] != taken
    assert told == [f"a: port {taken} is taken by another program; using {ports['a']}"]


def test_an_asked_for_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    with listening() as other, pytest.raises(LocalPartError, match="asked for a, is taken") as raised:
        settle(tmp_path, Told(), a=other.getsockname()[1])
    assert raised.value.trouble is Trouble.PORT_TAKEN


def test_a_running_part_keeps_its_port_and_cannot_move(tmp_path: Path) -> None:
    with listening() as running:
        port = running.getsockname()[1]
        remember(tmp_path, Addresses(HOST, {"a": port}))
        assert settle(tmp_path, Told(), running={"a"})["a"] == port
        assert settle(tmp_path, Told(), running={"a"}, a=port)["a"] == port
        with pytest.raises(LocalPartError, match=f"a is up on port {port}"):
            settle(tmp_path, Told(), running={"a"}, a=port + 1)


@pytest.mark.parametrize("content", ["", "[]", '{"host": "x"}', '{"host": "x", "ports": {"a": "?"}}'])
def test_a_damaged_memory_is_no_memory(tmp_path: Path, content: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "addresses.json").write_text(content)
    assert remembered(tmp_path) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_loopback_addresses_are_accepted(host: str) -> None:
    require_loopback(host)


def test_addresses_are_written_as_clients_read_them() -> None:
    assert [address("127.0.0.1", 9), address("::1", 9)] == ["127.0.0.1:9", "[::1]:9"]
