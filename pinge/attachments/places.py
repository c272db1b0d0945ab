"""Where an attachment lies: in a folder of its own, under names that are never used twice."""

from __future__ import annotations

import secrets
from uuid import UUID

FOLDER = "attachments"


def new_name() -> str:
    """A name for a part, or for the file."""
    return secrets.token_hex(8)


def place(attachment_id: UUID, name: str) -> str:
    """The key of a part, or of the file."""
    return f"{folder(attachment_id)}/{name}"


def preview_place(attachment_id: UUID, name: str, size: int) -> str:
    """The key of a smaller picture of the file of this name."""
    return f"{place(attachment_id, name)}-{size}"


def folder(attachment_id: UUID) -> str:
    """Where all of it lies."""
    return f"{FOLDER}/{attachment_id}"
