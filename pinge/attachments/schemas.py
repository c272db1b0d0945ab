"""Shapes of files on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output, text
from pinge.media.images import PREVIEWS

LONGEST_NAME = 1000  # characters, before it is made readable
LONGEST_TYPE = 255


class StartUpload(Input):
    """What is to come: its size is in bytes, its content type only a hint."""

    name = text(LONGEST_NAME, required=True)
    size = fields.Int(required=True, strict=True, validate=validate.Range(0, 2**40))
    content_type = fields.Str(
        load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_TYPE)
    )


class Upload(Output):
    """A file that is in no message yet; the next byte to send is that at `upload_offset`.

    Once it is complete, `content_type` says what it is, and width, height and placeholder (a tiny
    WebP in base64) are there if it is a picture that could be opened; `size` may be smaller than
    `upload_length`, for what pictures tell of the camera and the place is taken out.
    """

    attachment_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    content_type = fields.Str(required=True, allow_none=True)
    size = fields.Int(required=True)
    width = fields.Int(required=True, allow_none=True)
    height = fields.Int(required=True, allow_none=True)
    placeholder = fields.Str(required=True, allow_none=True)
    upload_offset = fields.Int(required=True)
    upload_length = fields.Int(required=True)
    is_complete = fields.Bool(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)


class Thumbnail(Input):
    """Which one: its longer side in pixels."""

    size = fields.Int(load_default=PREVIEWS[0], validate=validate.OneOf(PREVIEWS))


class Link(Output):
    """Where a browser gets the file, and for how many seconds."""

    url = fields.Str(required=True)
    thumbnail_url = fields.Str(required=True, allow_none=True)
    expires_in = fields.Int(required=True)


class Linked(Input):
    """A link's own part, and a thumbnail's size if it is to be one."""

    link = fields.Str(load_default="")
    size = fields.Int(load_default=None, validate=validate.OneOf(PREVIEWS))
