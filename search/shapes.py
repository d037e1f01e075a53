"""The JSON of answers, from the frozen dataclasses that they are: a field stands in it by its name, in their order.

What its type can't say of a field is annotated as `InJson`. The schemas of the endpoint derive from the same fields, so
that the shape of an answer is declared once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from types import NoneType
from typing import Annotated, Any, cast, get_args, get_origin, get_type_hints

Json = dict[str, Any]
_AS_THEY_ARE = (str, int, float, bool, NoneType)


@dataclass(frozen=True, slots=True)
class InJson:
    """How a field stands in JSON, where that is not by its own name and value.

    `write` makes the value that stands there. An `optional` field is left out where it is None, a `hidden` one always.
    In the place of a field with `spread` stand these fields of its value, by their names there and the names here.
    `schema` are further keywords of JSON Schema.
    """

    description: str = ""
    name: str = ""
    write: Callable[[Any], Any] | None = None
    optional: bool = False
    hidden: bool = False
    spread: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Member:
    """A field as it stands in JSON: the attribute that it is, its type without annotations, and its name in JSON."""

    attribute: str
    name: str
    type: Any
    in_json: InJson


class Answer:
    """A value that is answered as JSON."""

    __slots__ = ()

    def as_shape(self) -> Any:
        """The value whose fields stand in the JSON: this one, unless another is declared for it."""
        return self

    def to_json(self) -> Json:
        """The value as in the endpoint's contract."""
        return cast(Json, json_of(self))


def json_of(value: Any) -> Any:
    """A value in terms of JSON: dataclasses as objects, tuples as arrays, all that they hold likewise."""
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is tuple:
        return [json_of(one) for one in value]
    if kind is dict:
        return {key: json_of(one) for key, one in value.items()}
    if kind is date:
        return value.isoformat()
    return _object(value.as_shape() if isinstance(value, Answer) else value) if is_dataclass(kind) else value


def _object(value: Any) -> Json:
    shape: Any = type(value)
    made: Json = {}
    for member in members(shape):
        found, in_json = getattr(value, member.attribute), member.in_json
        if in_json.spread:
            inner = json_of(found)
            made |= {there: inner[here] for here, there in in_json.spread.items() if here in inner}
        elif found is not None or not in_json.optional:
            made[member.name] = in_json.write(found) if in_json.write else json_of(found)
    return made


def shape_of(kind: type) -> type:
    """The dataclass whose fields stand in the JSON of a value: its own, or the shape that it declares."""
    shape = get_type_hints(kind.as_shape)["return"] if issubclass(kind, Answer) else Any
    return kind if shape is Any else cast(type, shape)


@cache
def members(shape: type) -> tuple[Member, ...]:
    """The fields of a dataclass that stand in the JSON, in order."""
    hints = get_type_hints(shape, include_extras=True)
    found = []
    for one in fields(shape):
        kind, in_json = annotated(hints[one.name])
        if not in_json.hidden:
            found.append(Member(one.name, in_json.name or one.name, kind, in_json))
    return tuple(found)


def annotated(hint: Any) -> tuple[Any, InJson]:
    """A type without its annotation, and the annotation."""
    if get_origin(hint) is not Annotated:
        return hint, InJson()
    kind, *notes = get_args(hint)
    return kind, next(note for note in notes if isinstance(note, InJson))
