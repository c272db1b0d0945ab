"""Sync: what somebody missed, read from the rows as they are now.

Rules: a position answers every change after it, or says `limited` or `resync`, never with a silent
hole; everything is read in one snapshot; applying a change twice changes nothing. The same reading
serves a device that resumes and a process that was not told what another one wrote.
SQL: sql/sync.sql. Events: resumed, resync, and those of the features, made from rows.
"""
