"""Second factors: codes of an authenticator app (TOTP, RFC 6238), and what helps without it.

Rules: a code is good half a minute before and after its time, and never twice; ten recovery codes
are good once each, and only their digests are kept. A new password, be it by mail, leaves the
second factor on: who loses device and recovery codes is let in by whoever serves, and by nobody
else. To turn it off, or to have other codes, takes a proof by it (accounts/proving.py).
SQL: sql/second_factors.sql. Events: second_factor_updated.
"""
