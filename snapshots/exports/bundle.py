"""A bundle: CSV files and a manifest that says how many lines each has and what its SHA-256 is; a folder or a zip file.

It appears whole or not at all. The same files give the same bytes: nothing of the clock is in them.
"""

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from schemas.errors import ThabianError

MANIFEST: Final = "manifest.json"
_BOM: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)


class Bundle:
    """A bundle in the making, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, dict[str, Any]] = {}

    def write_csv(self, name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A CSV file, UTF-8 with a byte order mark, so that Excel reads the Thai; line by line, in bounded memory."""
        digest, count = hashlib.sha256(), 0
        with (self.folder / name).open("wb") as out:
            for line in _lines(header, rows):
                out.write(line)
                digest.update(line)
                count += 1
        self.files[name] = {"rows": count - 1, "sha256": digest.hexdigest()}

    def write_manifest(self, about: Mapping[str, Any]) -> None:
        """The manifest: what is told of the bundle, then its files."""
        document = {**about, "files": self.files}
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        (self.folder / MANIFEST).write_text(text, encoding="utf-8")


@contextmanager
def made(path: Path) -> Iterator[Bundle]:
    """A bundle that stands at `path` when all is written: a zip file if it is called one, else a folder.

    Raises BUNDLE_EXISTS where there is something, OUTPUT_NOT_WRITABLE.
    """
    if path.exists():
        raise ThabianError("BUNDLE_EXISTS", f"{path} is there already: bundles are not written over", exit_code=2)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True)
        yield Bundle(part)
        if path.suffix == ".zip":
            _zip(part, path)
        else:
            part.replace(path)
    except OSError as error:
        raise ThabianError("OUTPUT_NOT_WRITABLE", f"{path} cannot be written: {error.strerror}", exit_code=2) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _zip(folder: Path, path: Path) -> None:
    packed = folder / ".zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            if file != packed:
                with file.open("rb") as source, archive.open(zipfile.ZipInfo(file.name, _BEGINNING), "w") as target:
                    shutil.copyfileobj(source, target)
    packed.replace(path)


def _lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write(_BOM)
    writer.writerow(header)
    yield buffer.getvalue().encode()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_harmless(cell) for cell in row])
        yield buffer.getvalue().encode()


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
