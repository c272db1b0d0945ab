"""Shapes of groups on the wire."""

from __future__ import annotations

from marshmallow import fields, validate

from pinge.http.schemas import Input, Output, text

LONGEST_NAME = 200  # characters
LONGEST_DESCRIPTION = 2000  # characters
MOST_MEMBERS = 1000
MOST_PER_CALL = 100
ROLES = ("Admin", "Member")

_description = validate.Length(max=LONGEST_DESCRIPTION)


class CreateGroup(Input):
    """A new group; members that are unknown or malformed are skipped."""

    name = text(LONGEST_NAME, required=True)
    description = fields.Str(load_default=None, allow_none=True, validate=_description)
    members = fields.List(
        fields.Raw(allow_none=True),
        load_default=list,
        validate=validate.Length(max=MOST_MEMBERS - 1),  # and whoever makes it
        metadata={"items": {"type": "string", "format": "uuid"}},
    )


class UpdateGroup(Input):
    """What to change; null leaves a field as it is."""

    name = text(LONGEST_NAME, load_default=None, allow_none=True)
    description = fields.Str(load_default=None, allow_none=True, validate=_description)


class AddMembers(Input):
    """Whom to let in."""

    user_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_PER_CALL)
    )


class ChangeRole(Input):
    """Who is to be what; `user_id` repeats the path's."""

    user_id = fields.UUID(required=True)
    role = fields.Str(required=True, validate=validate.OneOf(ROLES))


class Group(Output):
    """A group; its id is its conversation's too."""

    group_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    description = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)


class Member(Output):
    """Somebody in a group; `email` is null unless it is you or a contact."""

    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    email = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    role = fields.Str(required=True)
    joined_at = fields.AwareDateTime(required=True)


class MembersAdded(Output):
    """Who is in now and who was already (names); who does not exist, or lets nobody like the one
    who asks add them (ids)."""

    message = fields.Str(required=True)
    added_members = fields.List(fields.Str(), required=True)
    already_members = fields.List(fields.Str(), required=True)
    invalid_users = fields.List(fields.UUID(), required=True)
    not_allowed = fields.List(fields.UUID(), required=True)


class RoleChanged(Output):
    """The role somebody has now."""

    message = fields.Str(required=True)
    new_role = fields.Str(required=True)
