"""What becomes of each table's rows about somebody who deletes their account.

Erased: gone. Anonymised: there, and says nothing of them. Kept: as it is, for the reason given.
"""

from __future__ import annotations

from typing import Literal

Fate = Literal["erased", "anonymised", "kept", "not personal"]

INVENTORY: dict[str, tuple[Fate, str]] = {
    "attachments": ("kept", "in messages, as part of them; what was not sent is erased, files too"),
    "attachment_shares": ("kept", "as ids that tell which forwarded messages show a file"),
    "attempts": ("erased", "by themselves within a day; only a digest of the address"),
    "audit_events": ("erased", "all of theirs, but that the account was deleted"),
    "avatars": ("erased", "the picture and its files, unless somebody else has the same"),
    "blocks": ("erased", "theirs; those of others are lifted, and stay as ids for their devices"),
    "bots": ("kept", "as ids that tell whose they were; they themselves go like accounts"),
    "contact_requests": ("kept", "as ids that tell who asked whom; waiting ones are ended"),
    "contacts": ("erased", "on both sides, and the other one's devices hear of it"),
    "conversation_settings": ("erased", "all of theirs"),
    "conversations": ("kept", "they are others' too; groups without another member end"),
    "drafts": ("erased", "all of theirs"),
    "epochs": ("not personal", "which history positions refer to"),
    "former_contacts": ("kept", "as ids, by which devices that were away learn that they parted"),
    "hidden_messages": ("erased", "all of theirs"),
    "imports": ("not personal", "whether the original was brought in"),
    "invites": ("erased", "those they made, so nobody comes by them any more"),
    "last_seen": ("erased", "all of it"),
    "mail_tokens": ("erased", "all links, with the addresses in them"),
    "mails": ("erased", "by themselves; the text once it is sent, the address a while later"),
    "members": ("anonymised", "they leave all groups; how far they had read stays, under their id"),
    "message_requests": ("erased", "all of theirs"),
    "mentions": ("erased", "that messages mention them; the ids in the messages stay"),
    "message_versions": ("kept", "with the messages, whose earlier wordings they are"),
    "messages": ("kept", "what was said belongs to those it was said to; its sender has no name"),
    "nodes": ("not personal", "processes that serve"),
    "oidc_identities": ("erased", "who they were elsewhere"),
    "passkey_challenges": ("erased", "by themselves within minutes"),
    "passkeys": ("erased", "all of theirs"),
    "pins": ("kept", "they are the conversation's; who pinned stays as an id"),
    "presences": ("erased", "as soon as their sockets are closed"),
    "push_log": ("erased", "by themselves within two days; ids and reasons, no text"),
    "push_subscriptions": ("erased", "with the sessions"),
    "pushes": ("erased", "with the subscriptions"),
    "reactions": ("kept", "with the messages, as what is said; whoever gave them has no name"),
    "recovery_codes": ("erased", "all that are left"),
    "reports": ("kept", "with a copy of what is reported, until 90 days after they are closed"),
    "schema_migrations": ("not personal", "which migrations were made"),
    "scheduled_messages": ("erased", "all of theirs; what was sent of them is a message"),
    "search_blocks": ("kept", "with the messages that they find"),
    "search_positions": ("not personal", "how far the search has come"),
    "second_factors": ("erased", "with the secret in it"),
    "sessions": ("erased", "with all they tell of devices and places"),
    "settings": ("anonymised", "nobody may write to them or add them; the rest is as by default"),
    "stars": ("erased", "all of theirs"),
    "system_messages": ("kept", "what happened to groups is the groups'; as ids, without a name"),
    "tickets": ("erased", "with the sessions"),
    "tokens": ("erased", "with the sessions that they are"),
    "users": ("anonymised", "a row without name, address, password, picture or any text of theirs"),
    "webhook_deliveries": ("erased", "with the subscriptions"),
    "webhook_positions": ("erased", "with the subscriptions"),
    "webhook_subscriptions": ("erased", "all of theirs, with the URLs"),
    "webhooks": ("kept", "they are their group's; who made them stays as an id"),
}
