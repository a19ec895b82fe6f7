"""Check a user's arrays against the inputs that a model takes, and convert them lazily to its types."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import Message, QuantshiftError
from quantshift.storage.arrays import CHUNK, Rows, parts, select


class ModelInput(NamedTuple):
    """An input that a model takes.

    Attributes:
        name: its name in the ONNX file.
        dtype: numpy's name of its type; `str` for texts.
        shape: shape of one sample, or the whole shape for an input that is not split by sample; None for an axis of any
            length.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...]


class Converted:
    """Rows of another array in another type, converted on access.

    Args:
        base: the array or lazy rows.
        dtype: the type.
        where: name of the array in messages.
    """

    def __init__(self, base: NDArray[Any] | Rows, dtype: np.dtype[Any], where: str) -> None:
        """Store the array; nothing is converted yet."""
        self.base, self.dtype, self.where = base, dtype, where

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the whole array."""
        return self.base.shape

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.base)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        """Convert one row after the other."""
        return (self[row] for row in range(len(self)))

    def __getitem__(self, index: Any) -> NDArray[Any]:
        """Convert one row or several.

        Raises:
            QuantshiftError: a value does not fit the type.
        """
        values = self.base[index]
        if not isinstance(index, slice) or not len(values):
            return self._converted(np.asarray(values))
        # In parts, so that the pages of a mapped array are released.
        blocks = [self._converted(block) for block in parts(values, CHUNK)]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)

    def _converted(self, values: NDArray[Any]) -> NDArray[Any]:
        # Overflow is reported below.
        with np.errstate(all="ignore"):
            converted = values.astype(self.dtype)
        if self.dtype.kind in "iu":
            fits = (converted == values).all() and ((converted < 0) == (values < 0)).all()
        else:
            fits = bool((np.isfinite(converted) | ~np.isfinite(values)).all())
        if not fits:
            raise QuantshiftError(
                f"{self.where} holds values outside the range of {self.dtype}, which the model takes: give values that "
                "fit"
            )
        return converted

    def select(self, index: Any) -> "Converted":
        """Return some of the rows without converting them."""
        return Converted(select(self.base, index), self.dtype, self.where)


def convert(array: NDArray[Any] | Rows, dtype: str, where: str) -> NDArray[Any] | Rows:
    """Return an array in the type of a model's input.

    Floats become other floats, and integers and booleans become other integers or floats. Floats never become integers.

    Raises:
        QuantshiftError: the array's type cannot become that of the input.
    """
    if dtype == "str":
        if array.dtype.kind != "U":
            raise QuantshiftError(f"{where} is {array.dtype}, but the model takes texts: save it as an array of texts")
        return array
    wanted = np.dtype(dtype)
    if array.dtype == wanted:
        return array
    allowed = {"f": "biuf", "i": "biu", "u": "biu"}.get(wanted.kind, "")
    if array.dtype.kind not in allowed:
        raise QuantshiftError(
            f"{where} is {array.dtype}, but the model takes {dtype}: save it as {dtype}, or check whether it belongs "
            "to another input"
        )
    return Converted(array, wanted, where)


def name_mistake(names: Collection[str], inputs: Sequence[ModelInput]) -> Message | None:
    """Return a description of names that differ from those of a model's inputs, or None.

    >>> name_mistake(["x", "z"], [ModelInput("x", "float32", ()), ModelInput("y", "float32", ())])
    "holds 'x', 'z', but the model takes 'x', 'y': 'y' is missing and 'z' is not an input"
    """
    wanted = [spec.name for spec in inputs]
    if set(names) == set(wanted):
        return None
    missing = [name for name in wanted if name not in names]
    surplus = [name for name in names if name not in wanted]
    reasons = [
        f"{quoted(group)} {'is' if len(group) == 1 else 'are'} {fault}"
        for group, fault in (
            (missing, "missing"),
            (surplus, "not an input" if len(surplus) == 1 else "not inputs"),
        )
        if group
    ]
    return f"holds {quoted(names)}, but the model takes {quoted(wanted)}: {' and '.join(reasons)}"


def quoted(names: Collection[str], most: int = 12) -> str:
    """Return names as a list in a sentence, at most `most` of them.

    >>> quoted(["a", "b", "c"], most=2), quoted([])
    ("'a', 'b' and 1 more", 'nothing')
    """
    shown = ", ".join(repr(name) for name in list(names)[:most])
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{shown}{more}" or "nothing"


def expect_shape(actual: Sequence[int], spec: ModelInput, where: str) -> None:
    """Check the shape of a sample in the model's layout.

    Raises:
        QuantshiftError: it differs from that of the input.
    """
    if fits(actual, spec.shape):
        return
    hint = ""
    if len(actual) == 3 and any(
        fits(turned, spec.shape) for turned in ((actual[1], actual[2], actual[0]), (actual[2], actual[0], actual[1]))
    ):
        hint = (
            "; the channels are on another axis: state the layout of the model, NCHW or NHWC (--layout, or "
            "images.layout in the config), or move the axis"
        )
    wanted = [length if length is not None else "any" for length in spec.shape]
    raise QuantshiftError(
        f"{where} has samples of shape {list(actual)}, but the model's input {spec.name!r} takes {wanted}"
        f"{hint or ': give samples of that shape'}"
    )


def fits(actual: Sequence[int], expected: Sequence[int | None]) -> bool:
    """Return whether a shape is as expected, where None stands for any length."""
    return len(actual) == len(expected) and all(
        wanted in (None, length) for wanted, length in zip(expected, actual, strict=True)
    )


def by_name(inputs: Sequence[ModelInput] | None) -> Mapping[str, ModelInput]:
    """Return the inputs by name; empty if they are not known."""
    return {spec.name: spec for spec in inputs or ()}
