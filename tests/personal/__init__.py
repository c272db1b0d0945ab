"""Tests of personal data: the copy, closing an account, and what is left of it."""
