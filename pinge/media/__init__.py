"""Media: files and pictures, for whichever feature has them.

Rules: a file lies under a key of ours, in a folder or an object store; a picture that somebody sent
is opened by a process of its own, and only what that makes of it is ever shown to others.
SQL: sql/media.sql. Events: none.
"""
