"""A subcommand whose module is imported when it is run: `thabian --help` needs none of them, and they need a second."""

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand
from typer.main import get_command, get_group


class LazyCommand(TyperCommand):
    """Stands for `attribute` of `module`, a typer app or a function. `summary` is its line in the list of commands."""

    def __init__(self, name: str, module: str, attribute: str, summary: str) -> None:
        super().__init__(name, help=summary)
        self._module, self._attribute = module, attribute

    def load(self) -> Any:  # noqa: ANN401 - typer keeps the type of its commands to itself
        """The command itself."""
        found = getattr(import_module(self._module), self._attribute)
        if isinstance(found, typer.Typer):
            return get_group(found)
        alone = typer.Typer(add_completion=False)
        alone.command(self.name)(found)
        return get_command(alone)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401
        """Hands over: whoever parses arguments, prints help or runs does so with the command itself."""
        return self.load().make_context(info_name, args, parent, **extra)
