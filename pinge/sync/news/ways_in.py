"""How somebody logs in."""

from __future__ import annotations

from collections.abc import Iterator

from pinge.oidc.events import IdentityUpdated
from pinge.passkeys.events import PasskeyRemoved, PasskeyUpdated
from pinge.second_factors.events import SecondFactorUpdated
from pinge.sync.news import News, Rows


def of_second_factors(rows: Rows) -> Iterator[News]:
    """Whether logins take a second factor, each as a whole."""
    for row in rows:
        yield News(row["user_rev"], SecondFactorUpdated.of(row), to=row["user_id"])


def of_passkeys(rows: Rows) -> Iterator[News]:
    """One's passkeys, and those that were removed."""
    for row in rows:
        kind = PasskeyRemoved if row["is_removed"] else PasskeyUpdated
        yield News(row["user_rev"], kind.of(row), to=row["user_id"])


def of_identities(rows: Rows) -> Iterator[News]:
    """By which account elsewhere one can log in, if by any."""
    for row in rows:
        yield News(row["user_rev"], IdentityUpdated.of(row), to=row["user_id"])
