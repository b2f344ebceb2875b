"""The secrets of an installation: from settings, or, with the local parts, made once and kept beside their data.

Whoever deletes the local data deletes the secrets with it: they are of no use without each other.
"""

import json
import os
import secrets
from pathlib import Path

from consumers.pseudonyms import Pseudonyms, pseudonyms
from schemas.errors import ThabianError
from thabian.settings import Settings


def installation_pseudonyms(settings: Settings) -> Pseudonyms:
    """The keyed hashes of this installation."""
    person, match = settings.person_secret.get_secret_value(), settings.match_secret.get_secret_value()
    if not person:
        person, match = _local(settings.local_home)
    return pseudonyms(person, match, settings.key_version)


def _local(home: Path) -> tuple[str, str]:
    """Made at first use; of two processes that make them at once, both use the ones that were there first."""
    path = home / "clickhouse" / "secrets.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        made = {"person": secrets.token_hex(32), "match": secrets.token_hex(32)}
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return _read(path)


def _read(path: Path) -> tuple[str, str]:
    """Never made anew when they are damaged: the warehouse is filled with keys under the old ones."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["person"], kept["match"]
    except (ValueError, KeyError, TypeError):
        raise ThabianError(
            "SECRETS_UNREADABLE", f"{path} is damaged: restore it, or start anew with `thabian local reset`"
        ) from None
