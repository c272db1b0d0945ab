"""Shapes of groups on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from pinge.accounts.actions import LONGEST_PASSWORD
from pinge.http.schemas import Input, Output, text

LONGEST_NAME = 200  # characters
LONGEST_DESCRIPTION = 2000  # characters
MOST_MEMBERS = 1000
MOST_PER_CALL = 100
ROLES = ("Admin", "Member")
WHO = ("members", "admins")
LONGEST_SLOW_MODE = 6 * 3600  # seconds
DAY = 24 * 3600  # seconds
MOST_USES = 1000

SETTINGS = (
    *("who_may_send", "who_may_add", "who_may_edit", "who_may_pin"),
    *("slow_mode_seconds", "history_visibility"),
)

_description = validate.Length(max=LONGEST_DESCRIPTION)


def _one_of(*choices: str, **options: Any) -> fields.Str:
    return fields.Str(validate=validate.OneOf(choices), **options)


def _whole(least: int, most: int, **options: Any) -> fields.Int:
    return fields.Int(strict=True, validate=validate.Range(least, most), **options)


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
    """What to change; null leaves a field as it is. All but name and description is for admins."""

    name = text(LONGEST_NAME, load_default=None, allow_none=True)
    description = fields.Str(load_default=None, allow_none=True, validate=_description)
    who_may_send = _one_of(*WHO, load_default=None, allow_none=True)
    who_may_add = _one_of(*WHO, load_default=None, allow_none=True)
    who_may_edit = _one_of(*WHO, load_default=None, allow_none=True)
    who_may_pin = _one_of(*WHO, load_default=None, allow_none=True)
    slow_mode_seconds = _whole(0, LONGEST_SLOW_MODE, load_default=None, allow_none=True)
    history_visibility = _one_of("all", "joined", load_default=None, allow_none=True)


class AddMembers(Input):
    """Whom to let in."""

    user_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(min=1, max=MOST_PER_CALL)
    )


class ChangeRole(Input):
    """Who is to be what; `user_id` repeats the path's."""

    user_id = fields.UUID(required=True)
    role = fields.Str(required=True, validate=validate.OneOf(ROLES))


class HandOver(Input):
    """Who is to own the group; the password of who does, or none where they proved themselves."""

    user_id = fields.UUID(required=True)
    password = fields.Str(
        load_default=None, allow_none=True, validate=validate.Length(max=LONGEST_PASSWORD)
    )


class Invite(Input):
    """For how many seconds, and for how many people: null is as many as come."""

    expires_in = _whole(60, 365 * DAY, load_default=7 * DAY)
    max_uses = _whole(1, MOST_USES, load_default=None, allow_none=True)


class Group(Output):
    """A group; its id is its conversation's too.

    `who_may_*` are members or admins; `history_visibility`, all or joined, is what new members may
    read of what was said before them.
    """

    group_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    description = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    owner_id = fields.UUID(required=True, allow_none=True)
    who_may_send = _one_of(*WHO, required=True)
    who_may_add = _one_of(*WHO, required=True)
    who_may_edit = _one_of(*WHO, required=True)
    who_may_pin = _one_of(*WHO, required=True)
    slow_mode_seconds = fields.Int(required=True)
    history_visibility = _one_of("all", "joined", required=True)


class GroupMade(Group):
    """A new group, and who of those named is not in it: who does not exist, as they were named, and
    who lets nobody like its maker add them (ids)."""

    invalid_users = fields.List(fields.Raw(), required=True)
    not_allowed = fields.List(fields.UUID(), required=True)


class Named(Output):
    """Somebody, by the name they have now."""

    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)


class SystemMessage(Output):
    """What happened to a group: after which message, by whom, to whom; `details` go by `kind`."""

    conversation_id = fields.UUID(required=True)
    rev = fields.Int(required=True)
    kind = fields.Str(required=True)
    after_seq = fields.Int(required=True)
    actor_id = fields.UUID(required=True, allow_none=True)
    actor_name = fields.Str(required=True, allow_none=True)
    users = fields.List(fields.Nested(Named), required=True)
    details = fields.Dict(keys=fields.Str(), required=True)
    happened_at = fields.AwareDateTime(required=True)


class InviteShown(Output):
    """An invitation, and how often it was used."""

    invite_id = fields.UUID(required=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    max_uses = fields.Int(required=True, allow_none=True)
    uses = fields.Int(required=True)


class InviteMade(InviteShown):
    """A new invitation; its token is told this once."""

    token = fields.Str(required=True)
    url = fields.Str(required=True)


class Invitation(Output):
    """Which group one is invited to, by whom, and until when."""

    group_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    description = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    member_count = fields.Int(required=True)
    invited_by = fields.Str(required=True)
    expires_at = fields.AwareDateTime(required=True)
    is_member = fields.Bool(required=True)


class Member(Output):
    """Somebody in a group; `email` is null unless it is you or a contact."""

    user_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    email = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    is_bot = fields.Bool(required=True)
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


class Opened(Output):
    """Which conversation it is."""

    conversation_id = fields.UUID(required=True)
