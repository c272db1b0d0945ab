"""What a file is called: for people to read, never a path."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255  # characters
UNNAMED = "file"

# What would turn the text around it, so that `gpj.exe` reads as `exe.jpg`.
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACE = re.compile(r"\s+")


def readable(given: str) -> str:
    """A name without folders, control characters and tricks; the ending of a long one is kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    shown = "".join(letter for letter in _SPACE.sub(" ", last) if _is_shown(letter))
    name = shown.strip().lstrip(".").rstrip(". ")
    if len(name) > LONGEST:
        stem, dot, ending = name.rpartition(".")
        kept = dot + ending if stem and len(ending) < 20 else ""
        name = name[: LONGEST - len(kept)] + kept
    return name or UNNAMED


def _is_shown(letter: str) -> bool:
    # Cc: control characters; Zl, Zp: line ends; Cs, Cn: what is no character at all.
    return letter not in TURNING and unicodedata.category(letter) not in ("Cc", "Zl", "Zp", "Cs")
