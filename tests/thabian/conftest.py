"""The command line in this process, which spares each command a second of imports."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from thabian import cli
from thabian import settings as settings_module


@dataclass(frozen=True)
class Said:
    """What a command wrote and how it ended."""

    code: int
    out: str
    err: str

    def one_line(self) -> str:
        """All of standard error, which is one clear line."""
        assert self.err.startswith("thabian: ["), self.err
        assert self.err.count("\n") == 1, self.err
        assert self.code != 0
        return self.err


@pytest.fixture
def thabian(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs `thabian …`, with further environment variables."""

    def run(*arguments: object, **env: object) -> Said:
        with monkeypatch.context() as patched:
            for name, value in ({"COLUMNS": "200"} | env).items():
                patched.setenv(name, str(value))
            patched.setattr(sys, "argv", ["thabian", *map(str, arguments)])
            settings_module._load.cache_clear()
            with pytest.raises(SystemExit) as ended:
                cli.main()
            settings_module._load.cache_clear()
        return Said(ended.value.code, *capfd.readouterr())

    return run
