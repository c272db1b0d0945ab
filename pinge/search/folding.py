"""Texts as they are compared: without case, accents, width, and marks that nobody sees or types.

Both sides are folded alike, and always piece by piece, so that a place in a folded text leads back
to the place in the text that somebody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# A run of white space, or a character with what belongs to it: accents, Hebrew and Arabic points,
# the marks of Kana, and the later parts of a Korean syllable that was typed in parts. Of those no
# more than the 30 in a row that Unicode takes for a text (UAX 15): to put thousands in order takes
# a tenth of a second, and to remember what each run of them is folded to takes memory.
_PIECE = re.compile(
    r"\s+|.[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u1160-\u11ff\u3099\u309a]{,30}",
    re.DOTALL,
)
# What is left out. Not all that combines: without its mark a Japanese ba would be a ha.
_UNTYPED = re.compile(
    r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670"  # accents and points
    r"\u00ad\u0640\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]+"  # soft hyphens, joiners, variants
)
# Letters that Unicode does not take for accented ones, the Turkish i without a dot among them, and
# the quotes and dashes that keyboards put in by themselves.
_PLAIN = str.maketrans(
    {
        "\u0131": "i",
        "ø": "o",
        "đ": "d",
        "ł": "l",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
    | dict.fromkeys("\u2018\u2019", "'")
    | dict.fromkeys("\u201c\u201d", '"')
    | dict.fromkeys("\u2010\u2013\u2014", "-")
)
_KNOWN_AT_ONCE = 65_536  # characters that are folded without thinking


def folded(text: str) -> str:
    """The text as it is compared; white space of any length is one space."""
    if text.isascii():
        return re.sub(r"\s+", " ", text).lower()
    return "".join(map(_folded_piece, _PIECE.findall(text)))


def folded_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters, and its end, the place in the text."""
    pieces: list[str] = []
    places: list[int] = []
    for piece in _PIECE.finditer(text):
        pieces.append(_folded_piece(piece[0]))
        places.extend([piece.start()] * len(pieces[-1]))
    return "".join(pieces), [*places, len(text)]


def _folded_piece(piece: str) -> str:
    return " " if piece.isspace() else _folded_character(piece)


@lru_cache(_KNOWN_AT_ONCE)
def _folded_character(piece: str) -> str:
    decomposed = unicodedata.normalize("NFKD", piece).casefold()
    plain = _UNTYPED.sub("", unicodedata.normalize("NFKD", decomposed)).translate(_PLAIN)
    return unicodedata.normalize("NFC", plain)
