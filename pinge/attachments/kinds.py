"""What a file is, by its first bytes, and what browsers may do with it.

What the client says is a hint: it may only make plainer what is saved and never shown.
"""

from __future__ import annotations

import codecs
import re

from pinge.media import images

HEAD = 4096  # bytes that are looked at
UNKNOWN = "application/octet-stream"
TEXT = "text/plain"
ARCHIVE = "application/zip"

KINDS = (
    ("application/pdf", rb"%PDF-"),
    ("image/avif", rb"....ftypavi[fs]"),
    ("image/heic", rb"....ftyp(?:hei[cx]|mif1)"),
    ("video/quicktime", rb"....ftypqt  "),
    ("audio/mp4", rb"....ftypM4[AB] "),
    ("video/mp4", rb"....ftyp(?:iso[2-9m]|mp4[12]|avc1|dash|M4V |MSNV|3g[2p].)"),
    ("video/webm", rb"\x1a\x45\xdf\xa3.{0,64}webm"),
    ("audio/ogg", rb"OggS"),
    ("audio/mpeg", rb"ID3|\xff[\xfb\xf3\xf2]"),
    ("audio/wav", rb"RIFF....WAVE"),
    ("audio/flac", rb"fLaC"),
    (ARCHIVE, rb"PK\x03\x04|PK\x05\x06"),
    ("application/gzip", rb"\x1f\x8b"),
)
_KINDS = tuple((name, re.compile(magic, re.DOTALL)) for name, magic in KINDS)

# What a browser shows or plays, and runs nothing of; pictures only once they could be opened.
PICTURES = frozenset(name for name, _ in images.KINDS)
PLAYED = frozenset(
    ("video/mp4", "video/webm", "audio/mp4", "audio/ogg", "audio/mpeg", "audio/wav", "audio/flac")
)

# Text and archives of which the client may say what they are; HTML and SVG are text to us.
OFFICE = "application/vnd.openxmlformats-officedocument"
OPEN = "application/vnd.oasis.opendocument"
PLAINER = {
    TEXT: frozenset(("text/csv", "text/markdown", "text/calendar", "application/json")),
    ARCHIVE: frozenset(
        (
            f"{OFFICE}.wordprocessingml.document",
            f"{OFFICE}.spreadsheetml.sheet",
            f"{OFFICE}.presentationml.presentation",
            f"{OPEN}.text",
            f"{OPEN}.spreadsheet",
            f"{OPEN}.presentation",
            "application/epub+zip",
        )
    ),
}

_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def kind(head: bytes, hint: str | None = None) -> str:
    """The media type of what begins like this."""
    found = images.kind(head) or next((name for name, magic in _KINDS if magic.match(head)), None)
    if found is None:
        found = TEXT if _is_text(head) else UNKNOWN
    return hint if hint is not None and hint in PLAINER.get(found, ()) else found


def may_be_shown(content_type: str, *, is_picture: bool) -> bool:
    """Whether a browser may show it in its place, rather than save it."""
    return content_type in PLAYED or (content_type in PICTURES and is_picture)


def _is_text(head: bytes) -> bool:
    if _NO_TEXT.search(head):
        return False
    try:  # the last letter may be cut in two
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True
