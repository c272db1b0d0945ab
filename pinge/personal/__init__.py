"""Personal data: a copy of it for whoever it is about, and the end of an account.

Rules: a copy holds what its owner could also have fetched call by call, and the files that they
uploaded; it is made while it is sent. A deleted account is anonymous from the first moment; what is
left to do is done in short pieces, by another process if the first one dies. inventory.py says what
becomes of each table, and a test sees to it that none is forgotten.
SQL: sql/personal.sql, sql/exporting.sql. Events: those of the features that are concerned.
"""
