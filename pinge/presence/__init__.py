"""Presence: who is online, when they were last seen, and who is typing.

Rules: told to those concerned and to nobody else (contacts, and groups that are not large); what
one hides of oneself one does not see of others; nothing here is stored but the last seen, nothing
is resumed: a client that comes back asks anew.
Of a socket's coming and going knows realtime/presence.py, which keeps the rows of who is online.
SQL: sql/presence.sql. Events: user_online, user_offline, user_typing.
"""
