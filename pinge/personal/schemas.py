"""Shapes of personal data on the wire."""

from __future__ import annotations

from pinge.accounts.actions import Proof


class Closing(Proof):
    """The password once more: a stolen session must not end an account."""
