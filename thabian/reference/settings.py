"""docs/settings.md: every setting."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from thabian.reference.markdown import document, table
from thabian.settings import Settings


def page() -> str:
    """The page."""
    rows = (
        (f"`THABIAN_{name.upper()}`", _default(field), field.description or "")
        for name, field in Settings.model_fields.items()
    )
    note = "From the environment or a `.env` file. `thabian settings` prints the values in force, secrets masked.\n"
    return document("Settings", note, table(("variable", "default", "meaning"), rows))


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "in the user's data folder"
    value = field.default
    if value is None or isinstance(value, SecretStr | Path):
        return ""
    return f"`{value}`" if value != "" else ""
