"""Drafts: what somebody is about to say, on all their devices.

Rules: one for each conversation one is in; the last one written holds. A client that sends it takes
it away. SQL: sql/drafts.sql. Events: draft_changed.
"""
