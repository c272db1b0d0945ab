"""Settings: what people want to be notified of, and what others may do to them and see of them.

Rules: who set nothing has the defaults; what one hides of oneself one does not see of others; the
stricter of a user's settings and the server's holds. `policy.py` is the one table that says what
follows from a setting; the statements that have to ask call the functions of migrations/0025.
Locks: the conversations first, then the user, as everywhere.
SQL: sql/settings.sql. Events: settings_updated, conversation_settings_updated.
"""
