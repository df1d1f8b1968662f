"""Where things lie. Nothing is written anywhere but here.

Profile: ``--profile DIR``, else ``$ALIQUOT_PROFILE``, else
``$XDG_DATA_HOME/aliquot/default``.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

LOG_NAME = "log.sqlite"
LOCK_NAME = "writer.lock"
SOCKET_NAME = "console.sock"
SEATS_NAME = "seats.sock"
SETTINGS_NAME = "profile.toml"
SPOOL_FOLDER = "spool"
KEY_FOLDER = "keys"


def profile_dir(option: str | os.PathLike[str] | None = None) -> Path:
    if option:
        return Path(option)
    if chosen := os.environ.get("ALIQUOT_PROFILE"):
        return Path(chosen)
    return Path(platformdirs.user_data_dir("aliquot")) / "default"


def settings_dir() -> Path:
    return Path(platformdirs.user_config_dir("aliquot"))


def cache_dir() -> Path:
    return Path(platformdirs.user_cache_dir("aliquot"))


def program_log_dir() -> Path:
    return Path(platformdirs.user_state_dir("aliquot"))
