"""Where the secret key and other things that must outlive a restart are kept."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from platformdirs import user_data_path


def data_folder() -> Path:
    """The folder for data: UNKNOT_DATA, or the platform's own; only its owner may look inside."""
    chosen = os.environ.get("UNKNOT_DATA")
    folder = Path(chosen) if chosen else user_data_path("unknot")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def secret_key() -> str:
    """UNKNOT_SECRET_KEY, or the one written on the first start, readable by its owner only."""
    given = os.environ.get("UNKNOT_SECRET_KEY")
    if given:
        return given
    path = data_folder() / "secret-key"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_text(encoding="ascii").strip()
        if found:
            return found
        path.unlink()
        return secret_key()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(50)
        file.write(key)
    return key
