"""Attachments: files that somebody uploads, in as many pieces as it takes, and sends in messages.

Rules: a file is its uploader's until a message has it, then of whoever is in that conversation at
the moment they ask; it is in one message for ever, and goes with it. What it is, its first bytes
say, not its sender; only what browsers show without running anything is shown by them. Pictures
are handed on without what they tell of the camera and the place. What is unfinished, or in no
message, goes after a day.
SQL: sql/attachments.sql. Events: none; messages tell of their files.
"""
