"""Accounts: who uses Pinge, and the sessions they are logged in with.

Rules: an e-mail address is one account's; a password is used in full and never kept; every login is
a session of its own, and a session that is over is dead everywhere, its sockets too.
SQL: sql/accounts.sql. Events: none.
"""
