"""The JSON Schema of an event, read from the types of its fields."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import Schema

from pinge.realtime.events import Event

Tree = dict[str, Any]
Refer = Callable[[type[Schema]], Tree]  # a reference to the shape that a schema describes

PLAIN_TYPES: dict[object, Tree] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    UUID: {"type": "string", "format": "uuid"},
    datetime: {"type": "string", "format": "date-time"},
    object: {},
    Any: {},
    type(None): {"type": "null"},
}


def of_event(kind: type[Event], refer: Refer, names: tuple[str, ...] | None = None) -> Tree:
    """All its fields, or only these, and no others."""
    hints = get_type_hints(kind, include_extras=True)
    if names is None:
        names = tuple(field.name for field in fields(kind))
    return {
        "type": "object",
        "description": (kind.__doc__ or "").strip(),
        "properties": {name: _shape(hints[name], refer) for name in names},
        "required": list(names),
        "additionalProperties": False,
    }


def _shape(hint: Any, refer: Refer) -> Tree:
    """TypeError for a type that nobody has described yet."""
    if hint in PLAIN_TYPES:
        return PLAIN_TYPES[hint]
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:  # what a schema says of the object in it
        return _annotated(*parts, refer=refer)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_shape(part, refer) for part in parts]}
    if origin is dict:
        return {"type": "object", "additionalProperties": _shape(parts[1], refer)}
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return {"type": "array", "items": _shape(parts[0], refer)}
    raise TypeError(f"{hint} has no shape")


def _annotated(hint: Any, schema: type[Schema], *, refer: Refer) -> Tree:
    is_object = get_origin(hint) is dict
    return refer(schema) if is_object else {"type": "array", "items": refer(schema)}
