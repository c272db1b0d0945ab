"""Whether a message is what was sought, decided by its text as it is now; and where in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from pinge.search.folding import folded, folded_with_places
from pinge.search.signatures import LETTER
from pinge.search.wording import Wanted

_LINK = re.compile(r"\bhttps?://\S", re.IGNORECASE)
_BEGINS_SHORT = re.compile(rf"{LETTER}{{1,2}}(?!{LETTER})")


class Matcher:
    """Compares texts with what is wanted."""

    def __init__(self, wanted: Wanted) -> None:
        self._patterns = [_pattern(fragment) for fragment in wanted.fragments]
        self._unwanted = [_pattern(fragment) for fragment in wanted.unwanted]
        self._has = wanted.has

    def accepts(self, content: str, attachments: Sequence[dict[str, Any]] | None) -> bool:
        """Whether a message with this text and these files is wanted."""
        if self._has and not self._has <= held(content, attachments):
            return False
        text = folded(content)
        return all(pattern.search(text) for pattern in self._patterns) and not any(
            pattern.search(text) for pattern in self._unwanted
        )

    def highlights(self, content: str) -> list[tuple[int, int]]:
        """Where the fragments are in a text: characters from and to, in order, none twice."""
        text, places = folded_with_places(content)
        found = sorted(
            (places[match.start()], _end(places, match.end()))
            for pattern in self._patterns
            for match in pattern.finditer(text)
        )
        return _joined(found)


def held(content: str, attachments: Sequence[dict[str, Any]] | None) -> set[str]:
    """What a message has, in the words of the operator `has:`."""
    found = {"link"} if _LINK.search(content) else set()
    for file in attachments or ():
        is_image = str(file.get("content_type", "")).startswith("image/")
        found |= {"attachment", "image" if is_image else "file"}
    return found


def label_of_sender(sender_id: UUID) -> str:
    """What the signature of a block says of who wrote in it."""
    return f"from {sender_id}"


def label_of(kind: str) -> str:
    """What it says of what messages in it have."""
    return f"has {kind}"


def _pattern(fragment: str) -> re.Pattern[str]:
    """Anywhere in a text; a fragment that begins with one or two letters, where a word begins."""
    start = rf"(?<!{LETTER})" if _BEGINS_SHORT.match(fragment) else ""
    return re.compile(start + re.escape(fragment))


def _end(places: list[int], end: int) -> int:
    """The place after the character that a match ends in: half an ß is a whole one."""
    while end < len(places) - 1 and places[end] == places[end - 1]:
        end += 1
    return places[end]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
