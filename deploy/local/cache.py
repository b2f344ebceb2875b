"""Where downloads are kept: shared by all stacks of a user, safe to delete."""

import os
from pathlib import Path

import platformdirs

VARIABLE = "THABIAN_CACHE_DIR"


def cache_dir() -> Path:
    """The folder named by THABIAN_CACHE_DIR, else the user's cache folder."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else platformdirs.user_cache_path("thabian")
