"""Scheduling: messages that are sent later.

Rules: a message for later is sent once, by whichever process finds it due first, as its writer
would send it then; who may not any more is told so (`failed`). Until then it can be changed and
cancelled.
SQL: sql/scheduling.sql. Events: scheduled_message_changed.
"""
