"""Accounts: who uses Pinge, and the sessions they are logged in with.

Rules: an e-mail address is one account's; a password is used in full and never kept; every login is
a session of its own, and a session that is over is dead everywhere, its sockets too. Whoever reads
the mail of an address may choose the password; another address becomes somebody's once it agreed,
and for a week the old one may take that back. What is done by mail stands in links.py, letters.py,
verification.py, recovery.py, email_change.py, new_device.py and mail_handlers.py. Whatever ends an
account or changes how one logs in takes a proof (proving.py); what proves it beside a password is
brought by the parts above (factors.py), and all of it is guessed at under one limit (guessing.py).
SQL: sql/accounts.sql, proving.sql, tokens.sql. Events: profile_updated, session_started,
session_ended, token_made, token_revoked.
"""
