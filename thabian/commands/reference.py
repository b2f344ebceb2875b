"""`thabian reference`: the generated pages of docs/."""

from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import ThabianError
from thabian.reference import PAGES


def write(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 1 if a page is not current.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Where the pages are.", file_okay=False)] = Path("docs"),
) -> None:
    """Write the reference pages anew from the schemas, code lists, codes, topics, settings and metrics."""
    if not folder.is_dir():
        raise ThabianError("FILE_MISSING", f"{folder} is not a folder", exit_code=2)
    stale = [name for name, page in PAGES.items() if not _is(folder / name, page())]
    for name in stale:
        if not check:
            (folder / name).write_text(PAGES[name](), encoding="utf-8")
        typer.echo(f"{folder / name}: {'not current: run `thabian reference`' if check else 'written'}", err=check)
    if check and stale:
        raise typer.Exit(1)
    typer.echo(f"{len(PAGES)} pages, {len(PAGES) - len(stale)} were current.")


def _is(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
