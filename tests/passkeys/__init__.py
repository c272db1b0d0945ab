"""Passkeys, with an authenticator in software."""
