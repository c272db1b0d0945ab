"""How often one person or one address may do a thing."""

from __future__ import annotations

from collections.abc import Mapping

from limits import RateLimitItem, parse

# How often one person or one address may do a thing, in the words of the `limits` library; the
# figures are those of reliability.md (b). PINGE_LIMITS changes any of them.
LIMITS: Mapping[str, RateLimitItem] = {
    "login-account": parse("5 per 15 minutes"),  # failures, after which even the right one waits
    "login-address": parse("20 per 15 minutes"),
    "register": parse("5 per hour"),
    "contact-requests": parse("20 per hour"),
    "strangers": parse("20 per hour"),  # to whom somebody writes first
    "blocks": parse("60 per hour"),
    "reports": parse("20 per day"),
    "groups": parse("10 per hour"),
    "invites": parse("30 per hour"),
    "joins": parse("60 per hour"),  # and looks at where an invitation leads
    "exports": parse("2 per day"),
    "login-ways": parse("30 per hour"),  # each is told by mail
    "oidc": parse("60 per minute"),  # from an address: each asks the provider
    "passkey-challenges": parse("60 per minute"),  # each is a row, and anybody may ask
    "tokens": parse("20 per hour"),
    "bots": parse("20 per hour"),
    "webhooks": parse("30 per hour"),
    "webhook-messages": parse("60 per minute"),  # to one address, whoever knows it
    "profiles": parse("20 per hour"),  # each is told in every conversation
    "avatars": parse("20 per hour"),  # each is a second of a core
    "uploads": parse("60 per minute"),
    "syncs": parse("120 per minute"),  # a storm is many people, not one who comes again and again
    "mail": parse("2 per hour"),  # to an address, of each kind
    "mail-daily": parse("5 per day"),
    "mail-requests": parse("5 per day"),  # from an address of the network, or from a user
    "typing": parse("20 per 10 seconds"),
    "presence": parse("60 per minute"),
    "settings": parse("30 per minute"),  # each change is told, to many where receipts are turned
    "message-search": parse("60 per minute"),
    "push": parse("30 per hour"),  # subscriptions, and pushes to try them
    "people-search": parse("10 per minute"),  # for whom one looks for, not for all there are
    "deletions": parse("60 per hour"),  # in large groups: each writes to all who have it unread
    "reactions": parse("20 per 4 seconds"),
    "group-reactions": parse("100 per 10 seconds"),  # to a large group: each is told to all in it
    "drafts": parse("60 per minute"),
    "scheduling": parse("60 per minute"),
    "forwards": parse("10 per minute"),  # each is up to 250 messages
    "messages": parse("20 per 4 seconds"),  # five a second in the long run, twenty at once
}
