"""Shapes of webhooks and subscriptions on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from pinge.accounts.actions import Proof
from pinge.http.outbound import LONGEST_URL
from pinge.http.schemas import Input, Output, Switch, text
from pinge.messages.actions import LONGEST_CONTENT

LONGEST_NAME = 100  # characters
KINDS = ("message_created", "message_edited", "message_deleted", "member_joined", "member_left")


class MakeWebhook(Proof):
    """Under which name the group sees what comes."""

    name = text(LONGEST_NAME, required=True)


class Webhook(Output):
    """An address by which programs write to a group; its id is the user_id of who is seen to."""

    webhook_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    name = fields.Str(required=True)
    created_by = fields.UUID(required=True, allow_none=True)
    created_at = fields.AwareDateTime(required=True)
    used_at = fields.AwareDateTime(required=True, allow_none=True)


class MadeWebhook(Webhook):
    """A new webhook, with the address to post to: it is shown here and never again."""

    url = fields.Str(required=True)


class WebhookPost(Input):
    """What a program says: `text` is `content` in the words of others. Retries name a client_id."""

    content = text(LONGEST_CONTENT, required=True)
    client_id = fields.UUID(load_default=None, allow_none=True)

    @pre_load
    def take_text_as_content(self, given: Any, **_: object) -> Any:
        """What was made for the webhooks of others fits."""
        if isinstance(given, dict) and "content" not in given and "text" in given:
            return given | {"content": given["text"]}
        return given


class WebhookMessage(Output):
    """The place of the message that came of it."""

    message_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    seq = fields.Int(required=True)
    sent_at = fields.AwareDateTime(required=True)


def _events(**options: Any) -> fields.List[str]:
    one_of = validate.OneOf(KINDS)
    some = validate.Length(1, len(KINDS))
    return fields.List(fields.Str(validate=one_of), validate=some, **options)


def _url(**options: Any) -> fields.Str:
    return fields.Str(validate=validate.Length(1, LONGEST_URL), **options)


class SubscribeUrl(Proof):
    """Who is to be told what: of all that a bot of mine is in, or of a group I am an admin of."""

    url = _url(required=True)
    events = _events(required=True)
    bot_id = fields.UUID(load_default=None, allow_none=True)
    conversation_id = fields.UUID(load_default=None, allow_none=True)

    @validates_schema
    def must_be_one(self, given: dict[str, Any], **_: object) -> None:
        """Of one of the two."""
        if (given.get("bot_id") is None) == (given.get("conversation_id") is None):
            raise ValidationError("Give one of bot_id, conversation_id.")


class ChangeWebhookSubscription(Proof):
    """What is to be another; what is enabled again is told from then on. To disable it is free."""

    url = _url()
    events = _events()
    is_enabled = Switch()


class WebhookSubscription(Output):
    """A URL that is told; `failing_since` it did not answer, and `disabled_at` it was given up."""

    subscription_id = fields.UUID(required=True)
    bot_id = fields.UUID(required=True, allow_none=True)
    conversation_id = fields.UUID(required=True, allow_none=True)
    url = fields.Str(required=True)
    events = fields.List(fields.Str(), required=True)
    created_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    disabled_at = fields.AwareDateTime(required=True, allow_none=True)


class MadeWebhookSubscription(WebhookSubscription):
    """A new subscription, with the secret that signs what it is told; it is shown only here."""

    secret = fields.Str(required=True)


class WebhookDelivery(Output):
    """What came of telling it: a status, or why there is none."""

    delivery_id = fields.UUID(required=True)
    conversation_id = fields.UUID(required=True)
    event_count = fields.Int(required=True)
    tried_at = fields.AwareDateTime(required=True)
    took_ms = fields.Int(required=True)
    status = fields.Int(required=True, allow_none=True)
    error = fields.Str(required=True, allow_none=True)
