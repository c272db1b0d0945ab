"""Blocks: whom somebody wants to hear nothing of.

Rules: a block wins over all else, both ways: messages, requests, typing, presence, receipts between
the two, being added to groups; and whoever is blocked sees no more of the other's profile than a
group has to show. They are not told, and are refused as by a setting of the other, so that they
cannot tell. Contacts stay contacts, groups that both are in go on, what was said stays readable.
What follows from a block is judged where it matters, by blocks_user, kept_apart and is_withheld
(migrations/0046), and between two people by their conversation's low_blocks and high_blocks
(migrations/0032), which are written here, under its lock.
Locks: the pair's conversation first, if there is one, then the two users in the order of their ids.
SQL: sql/blocks.sql. Events: user_blocked, user_unblocked.
"""
