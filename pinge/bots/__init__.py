"""Bots: accounts that programs act with and nobody logs in to, each somebody's own.

Rules: a bot is a contact of its owner from the start, so the two may write to each other and the
owner may add it to groups. Once it is public others may add it too, and write to it where they may
write to strangers. It acts by tokens, which its owner makes, and for as long as its owner may act.
A deleted bot goes as an account does.
Locks: as for contacts, whose pair the two are.
SQL: sql/bots.sql. Events: bot_updated, bot_deleted.
"""
