"""Logging in by an account elsewhere, at a small provider of the tests' own."""
