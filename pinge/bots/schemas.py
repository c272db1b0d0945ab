"""Shapes of bots on the wire."""

from __future__ import annotations

from marshmallow import fields

from pinge.accounts.actions import LONGEST_ABOUT, LONGEST_NAME
from pinge.http.schemas import Input, Output, Switch, text


class MakeBot(Input):
    """A new bot; others may add it to groups if it is public, and write to it as to strangers."""

    username = text(LONGEST_NAME, required=True)
    about = text(LONGEST_ABOUT, load_default=None, allow_none=True)
    is_public = Switch(load_default=False)


class ChangeBot(Input):
    """What of a bot is to be another."""

    username = text(LONGEST_NAME)
    about = text(LONGEST_ABOUT, allow_none=True)
    is_public = Switch()


class Bot(Output):
    """A bot of mine; `bot_id` is its user_id everywhere else."""

    bot_id = fields.UUID(required=True)
    username = fields.Str(required=True)
    about = fields.Str(required=True, allow_none=True)
    avatar = fields.Str(required=True, allow_none=True)
    is_public = fields.Bool(required=True)
    created_at = fields.AwareDateTime(required=True)
