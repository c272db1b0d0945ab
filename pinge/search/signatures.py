"""Signatures of blocks: which pieces of words may be in a few messages, as bits.

Words of alphabets leave every three and four letters that follow each other, and their first one
and two; scripts without spaces, and emoji, leave each character and every two. Each piece sets two
bits. A block can hold what is sought only where the bits of all its pieces are set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from zlib import crc32

# Up to here letters make words with spaces between them (Latin, Greek, Cyrillic, Hebrew, Arabic).
# All beyond is taken for a script without, which finds more in Korean and Hindi, and no less.
LETTER = r"[^\W_\u0900-\U0010ffff]"
_WORD = re.compile(rf"{LETTER}+|[\u0900-\U0010ffff]+")
_FIRST_BEYOND = "\u0900"

BITS = 8  # to a piece: one look in twenty finds a piece that is not there
LEAST, MOST = 32, 6000  # bytes of a signature: its row has to fit a page
LONGEST_KNOWN = 24  # letters; longer words come once and are not worth remembering
KNOWN_AT_ONCE = 32_768  # words
MOST_SOUGHT = 16  # marks; more make a search no narrower, and slower


def signature(texts: Iterable[str], labels: Iterable[str] = ()) -> bytes:
    """The signature of folded texts, and of labels that messages have."""
    words = set(chain.from_iterable(map(_WORD.findall, texts)))
    marks = set(chain.from_iterable(map(_label, labels))).union(*map(_marks, words))
    size = min(max(len(marks) * BITS // 8, LEAST), MOST)
    bits = size * 8
    digits = bytearray(b"0" * bits)
    for mark in marks:
        high, low = divmod(mark, bits)  # as candidates does it in sql/search.sql
        digits[low] = digits[high % bits] = ord("1")
    # PostgreSQL counts bits from the lowest of the first byte on.
    return int(digits[::-1], 2).to_bytes(size, "little")


def sought(fragments: Iterable[str], labels: Iterable[str] = ()) -> list[int]:
    """Marks that the signature of any text with all these folded fragments has."""
    words = chain.from_iterable(map(_WORD.findall, fragments))
    marks = set(map(_mark, chain.from_iterable(map(_sure_pieces, words))))
    marks.update(chain.from_iterable(map(_label, labels)))
    return sorted(marks)[:MOST_SOUGHT]


def _marks(word: str) -> Iterable[int]:
    return _known(word) if len(word) <= LONGEST_KNOWN else map(_mark, _pieces(word))


@lru_cache(KNOWN_AT_ONCE)
def _known(word: str) -> tuple[int, ...]:
    return tuple(map(_mark, _pieces(word)))


def _pieces(word: str) -> Iterator[str]:
    if word[0] >= _FIRST_BEYOND:
        return chain(word, _runs(word, 2))
    return chain((f"^{word[:1]}", f"^{word[:2]}"), _runs(word, 3), _runs(word, 4))


def _sure_pieces(word: str) -> Iterable[str]:
    """Those of any text that holds this; one or two letters are sought where words begin."""
    if word[0] < _FIRST_BEYOND and len(word) < 3:
        return (f"^{word}",)
    return (piece for piece in _pieces(word) if not piece.startswith("^"))


def _runs(word: str, length: int) -> Iterator[str]:
    return (word[at : at + length] for at in range(len(word) - length + 1))


def _mark(piece: str) -> int:
    return crc32(piece.encode())


def _label(label: str) -> tuple[int, int]:
    """Marks that no text leaves; two, because a label is mostly sought alone."""
    return _mark(f"\0{label}"), _mark(f"\1{label}")
