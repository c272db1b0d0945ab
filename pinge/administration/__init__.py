"""Administration: what whoever runs the server does at the command line.

It needs the database and nothing else: what serves meanwhile finds out within a second or two, as
with every change that another process makes. What is done to an account is written down (audit).
SQL: sql/administration.sql.
"""
