"""The options of members, which their files state as schemas, as models of config keys."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from quantshift.configuration.model.values import Section, key
from quantshift.core import members

KINDS = {"integer": int, "number": float, "boolean": bool}
BOUNDS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le"}


class Option(Section):
    """The schema of an option, as a member's file states it."""

    type: Literal["integer", "number", "boolean"] = key("kind of its values", default=None)
    enum: list[Any] = key("its values, in place of a type", default=None, min_length=1)
    minimum: float = key("least value", default=None)
    over: float = key("value that is too small", alias="exclusiveMinimum", default=None)
    maximum: float = key("greatest value", default=None)
    default: Any = key("its value where the config states none", default=None)
    description: str = key("what it is")


@cache
def options_model(
    member: str, constant: str, base: type[Section] = Section, *, required: bool = False
) -> type[BaseModel]:
    """Return a model of the keys of `base` and of a member's own options, and of no others.

    Args:
        member: such as ``architectures/nin``.
        constant: of the member's file, the schema of each option by its name; a file may lack it.
        base: the keys that members of this kind have in common.
        required: whether the config must state every option.
    """
    options = members.constants(member).get(constant, {})
    fields: Any = {name: (kind(option), field(option, required=required)) for name, option in options.items()}
    return create_model(member, __base__=base, __cls_kwargs__={"extra": "forbid"}, **fields)


def kind(option: Mapping[str, Any]) -> Any:
    """Return the type of an option's values."""
    return Literal[tuple(option["enum"])] if "enum" in option else KINDS[option["type"]]


def field(option: Mapping[str, Any], *, required: bool) -> Any:
    """Return the field of an option."""
    bounds = {bound: option[name] for name, bound in BOUNDS.items() if name in option}
    return Field(... if required else None, description=option.get("description"), **bounds)
