"""Overview: all conversations at a glance, as a sidebar shows them.

Rules: one statement whatever the number of conversations; what is shown is what history, unread and
settings say at that moment, with the positions to resume from. A preview leaves out what one hid.
SQL: sql/overview.sql. Events: none; those of the other features keep an overview up to date.
"""
