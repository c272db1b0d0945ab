"""Retention: what is older than whoever runs the server wants is deleted, for everyone.

Rules: PINGE_RETENTION_DAYS is for messages of all conversations, and off by default; each goes as
if its sender had deleted it, so devices, search and unread figures follow. PINGE_AUDIT_DAYS is for
the audit. SQL: sql/retention.sql. Events: those of messages.
"""
