"""Passkeys (WebAuthn): logging in by a device that knows its owner, without a password.

Rules: a passkey is bound to the name of this server, and asks for a finger, a face or a PIN each
time; so it is two factors in one, and no code is asked for beside it. Each challenge is good once.
Where an authenticator counts its uses, one that counts backwards is refused: it may be a copy.
To add or remove one takes a proof (accounts/proving.py); to log in by one is none by itself.
SQL: sql/passkeys.sql. Events: passkey_updated, passkey_removed.
"""
