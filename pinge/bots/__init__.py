"""Bots: accounts that programs act with and nobody logs in to, each somebody's own.

Rules: a bot is a contact of its owner from the start, so the two may write to each other and the
owner may add it to groups; others may do so once it is public. It acts by tokens, which its owner
makes like their own, and for as long as its owner may act. A deleted bot goes as an account does.
Locks: as for contacts, whose pair the two are.
SQL: sql/bots.sql. Events: bot_updated, bot_deleted.
"""
