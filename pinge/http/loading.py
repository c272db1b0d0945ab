"""Input through its schema: what is plainly right at once, all else with a sentence for each field.

Marshmallow's own way through a schema was a third of what a message costs the server. So a schema
of texts and UUIDs, which is what messages are made of, is also taken as a list of plain checks made
from the same fields and validators. What passes them is what marshmallow would give; what does not,
for whatever reason, is left to marshmallow; so is what brings something for any other field, and
every schema in which such a field is required, or that has hooks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from asyncpg.pgproto.pgproto import UUID  # like uuid's, parsed eight times as fast
from marshmallow import Schema, ValidationError, fields, missing

from pinge.errors import Invalid

UUID_LENGTH = 36
Check: TypeAlias = "Callable[[Any], Any]"


class NotPlain(Exception):
    """Marshmallow has to look at it."""


def loaded(schema: Schema, given: object) -> dict[str, Any]:
    """What the schema makes of the input; Invalid says what is wrong with each field."""
    quick = _quick(schema)
    if quick is not None and isinstance(given, dict):
        try:
            return quick(given)
        except (NotPlain, ValidationError):
            pass
    try:
        data: dict[str, Any] = schema.load(given)  # type: ignore[arg-type]
    except ValidationError as error:
        messages: dict[Any, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
        raise Invalid(_sentence(messages), fields=_by_name(messages)) from None
    return data


@cache
def _quick(schema: Schema) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """The schema as plain checks; None when it is more than that."""
    if any(schema._hooks.values()):
        return None
    checks: list[tuple[str, Check, bool, Any]] = []
    for name, field in schema.load_fields.items():
        check = _check(field)
        if (check is None and field.required) or field.data_key or callable(field.load_default):
            return None
        checks.append((name, check or _not_plain, field.required, field.load_default))

    def load(given: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, check, required, default in checks:
            if name in given:
                found[name] = check(given[name])
            elif required:
                raise NotPlain
            elif default is not missing:
                found[name] = default
        return found

    return load


def _check(field: fields.Field[Any]) -> Check | None:
    if type(field) is fields.UUID and not field.validators:
        return _plain_uuid
    if type(field) is fields.String:
        return _plain_text(tuple(field.validators))
    return None


def _not_plain(_given: Any) -> Any:
    raise NotPlain


def _plain_uuid(given: Any) -> UUID:
    if type(given) is not str or len(given) != UUID_LENGTH:
        raise NotPlain
    try:
        return UUID(given)
    except ValueError:
        raise NotPlain from None


def _plain_text(validators: tuple[Check, ...]) -> Check:
    def check(given: Any) -> str:
        if type(given) is not str:
            raise NotPlain
        for validator in validators:
            validator(given)
        return given

    return check


def _by_name(messages: Mapping[Any, Any]) -> dict[str, object]:
    """The messages of each field; in lists, positions are names too, as JSON knows no others."""
    return {
        str(name): _by_name(said) if isinstance(said, dict) else said
        for name, said in messages.items()
    }


def _sentence(messages: Mapping[Any, Any]) -> str:
    """The first thing that is wrong, for clients that show one line."""
    name, first = next(iter(messages.items()))
    while isinstance(first, dict):
        first = next(iter(first.values()))
    said = str(first[0] if isinstance(first, list) else first)
    return said if name == "_schema" else f"{name}: {said}"
