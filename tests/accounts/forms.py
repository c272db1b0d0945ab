"""Registering and logging in, with every field open to abuse."""

from __future__ import annotations

from tests.people import PASSWORD

ANN = {
    "email": "ann@pinge.example",
    "username": "Ann",
    "password": PASSWORD,
    "gender": "Female",
    "country": "Norway",
}


async def register(pinge, **changes):
    """Register Ann; a field changed to None is left out."""
    fields = {name: value for name, value in (ANN | changes).items() if value is not None}
    return await pinge.call("POST", "/authentication/register_user", json=fields)


async def log_in(pinge, email=ANN["email"], password=PASSWORD, **options):
    """Try to log in, as OAuth2 clients do."""
    form = {"grant_type": "password", "username": email, "password": password}
    return await pinge.call("POST", "/authentication/login", data=form, **options)
