"""Models of the config keys for members' options, from the schemas in the members' files."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from quantshift.configuration.model.values import References, Section, key
from quantshift.core import members

KINDS = {"integer": int, "number": float, "boolean": bool, "names": References}
BOUNDS = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le"}


class Option(Section):
    """The schema of an option in a member's file."""

    type: Literal["integer", "number", "boolean", "names"] = key("type of its values", default=None)
    enum: list[Any] = key("allowed values, in place of a type", default=None, min_length=1)
    minimum: float = key("smallest value", default=None)
    over: float = key("exclusive lower bound", alias="exclusiveMinimum", default=None)
    maximum: float = key("largest value", default=None)
    default: Any = key("value if the config states none", default=None)
    description: str = key("meaning of the option")


@cache
def options_model(
    member: str, constant: str, base: type[Section] = Section, *, required: bool = False
) -> type[BaseModel]:
    """Return a model with the keys of `base` and a member's options, and no others.

    Args:
        member: the member, such as ``architectures/nin``.
        constant: name of the constant in the member's file that holds the schema of each option; it may be missing.
        base: the keys that all members of this kind share.
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
