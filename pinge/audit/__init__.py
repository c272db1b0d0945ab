"""Audit: what happened to accounts that their security hangs on, for those who run the server.

Told to nobody over HTTP; `pinge audit` shows it. It is kept for PINGE_AUDIT_DAYS.
SQL: sql/audit.sql.
"""
