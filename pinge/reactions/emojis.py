"""Which emojis there are: all that Unicode recommends for general interchange, spelt in one way.

Devices spell some with and some without the selectors that ask for a coloured picture (U+FE0F).
"""

from __future__ import annotations

import unicodedata

from emoji import EMOJI_DATA, STATUS

SELECTOR = "\ufe0f"
LONGEST = 40  # characters that are looked at; no emoji has more than ten

_SPELLINGS = {
    known.replace(SELECTOR, ""): known
    for known, about in EMOJI_DATA.items()
    if about["status"] == STATUS["fully_qualified"]
}


def spelt(given: str) -> str | None:
    """The emoji as Unicode spells it in full; None unless it is one, and only one."""
    if len(given) > LONGEST:
        return None
    return _SPELLINGS.get(unicodedata.normalize("NFC", given).replace(SELECTOR, ""))
