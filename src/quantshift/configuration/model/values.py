"""Types of values that several keys of the config share, with their bounds."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A mapping with known keys; values are never converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


def key(description: str, *, reruns: str = "", **limits: Any) -> Any:
    """Return the field of a key.

    Args:
        description: description in Markdown. Messages show its first sentence, which must contain no other full stop.
        reruns: what a change of the value reruns; empty for a section, since its keys state it.
        limits: bounds and default, as for `pydantic.Field`.
    """
    return Field(description=description, json_schema_extra={"x-reruns": reruns} if reruns else None, **limits)


def once(values: list[Any]) -> list[Any]:
    """Return a list of distinct names or numbers.

    Raises:
        PydanticCustomError: an entry occurs twice.
    """
    if len(set(values)) < len(values):
        raise PydanticCustomError("twice", "an entry occurs twice")
    return values


Unique = (AfterValidator(once), Field(json_schema_extra={"uniqueItems": True}))

MAX_NAME = 64
# The name of a member, or a name that the user chose. Whether it is known is checked separately, with hints.
Reference = Annotated[str, Field(max_length=MAX_NAME)]
Name = Annotated[
    str,
    Field(
        description="names are parts of file names, which have at most 255 characters",
        pattern="^[a-z][a-z0-9_]*$",
        max_length=MAX_NAME,
    ),
]
FilePath = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[^\n\t]*$")]
References = Annotated[list[Reference], Field(max_length=200), *Unique]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="a seed of 31 bits, which every library accepts")]
Seeds = Annotated[list[Seed], Field(min_length=1, max_length=1000), *Unique]
