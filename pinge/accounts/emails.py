"""E-mail addresses: what is one, and when two are the same."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from pinge.errors import EmailRefused


def registered_form(address: str) -> str:
    """The address as it is stored, its domain in lower case; EmailRefused when it is none."""
    if "=?" in address:  # how headers write other letters: a mail to it would go to another
        raise EmailRefused
    try:
        # "test environment" lets .test domains in; whether mail arrives is not asked here.
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise EmailRefused from None
    return found.normalized


def looked_up_form(address: str) -> str:
    """The address to look for; one that cannot be anybody's is found nowhere."""
    try:
        return registered_form(address)
    except EmailRefused:
        return address
