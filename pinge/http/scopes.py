"""What a token may be made for; a login may everything.

Each endpoint and each command of a socket says beside itself which of these it takes. What says
none is for people only: whatever ends an account, opens one, or makes another token.
"""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One thing that a token may."""

    PROFILE_READ = "profile:read"  # who I am, who others are, and who is here
    PROFILE_WRITE = "profile:write"  # what I say of myself
    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    GROUPS_READ = "groups:read"  # which there are, and who is in them
    GROUPS_WRITE = "groups:write"
    MESSAGES_READ = "messages:read"  # what was said, in files too, and how far it was read
    MESSAGES_WRITE = "messages:write"  # to say something, to change it, and what I have read
    EVENTS_READ = "events:read"  # all that my devices hear, over a socket
    WEBHOOKS_WRITE = "webhooks:write"
