"""Kinds of values that several keys of the config have, with their bounds."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A mapping with known keys; values are never converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


def key(description: str, *, reruns: str = "", **limits: Any) -> Any:
    """Return the field of a key.

    Args:
        description: what it is, in Markdown; messages show its first sentence, so that one has no full stop within.
        reruns: what a change of its value runs again; empty for a section, whose keys say it.
        limits: bounds and a default, as `pydantic.Field` takes them.
    """
    return Field(description=description, json_schema_extra={"x-reruns": reruns} if reruns else None, **limits)


def once(values: list[Any]) -> list[Any]:
    """Return a list of names or numbers of which none occurs twice.

    Raises:
        PydanticCustomError: an entry occurs twice.
    """
    if len(set(values)) < len(values):
        raise PydanticCustomError("twice", "an entry occurs twice")
    return values


Unique = (AfterValidator(once), Field(json_schema_extra={"uniqueItems": True}))

MOST_NAME = 64
# The name of a member, or one that the user chose: which ones are known is checked apart, with hints.
Reference = Annotated[str, Field(max_length=MOST_NAME)]
Name = Annotated[
    str,
    Field(
        description="names are parts of file names, which have at most 255 characters",
        pattern="^[a-z][a-z0-9_]*$",
        max_length=MOST_NAME,
    ),
]
FilePath = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[^\n\t]*$")]
References = Annotated[list[Reference], Field(max_length=200), *Unique]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="a seed of 31 bits, which every library accepts")]
Seeds = Annotated[list[Seed], Field(min_length=1, max_length=1000), *Unique]
