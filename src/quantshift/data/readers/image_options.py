"""How image files become a model's inputs: size, colours, layout and values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import BGR, CHANNELS_FIRST, CHANNELS_LAST, LAYOUTS, RGB, Preprocessing

STRETCH = "stretch"
CROP = "crop"
EXACT = "exact"
FITS = (STRETCH, CROP, EXACT)
FILTERS = ("bilinear", "bicubic", "nearest", "lanczos")
UPRIGHT = "upright"
STORED = "stored"
ORIENTATIONS = (UPRIGHT, STORED)
COLOURS = (1, 3)


class Values(NamedTuple):
    """The values that a model takes for pixels 0..255: (pixel * scale - mean) / std.

    Attributes:
        scale: factor.
        mean: for each channel, in the model's order, or one for all; empty for none.
        std: in the same form.
    """

    scale: float
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()


PRESETS = {
    "0..1": Values(1 / 255),
    "0..255": Values(1.0),
    "-1..1": Values(1 / 127.5, (1.0,)),
    # Source: the transforms of torchvision's models, for images in the order red, green, blue.
    "imagenet": Values(1 / 255, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


@dataclass(frozen=True)
class ImageOptions:
    """How images become a model's inputs.

    Attributes:
        values: a preset (`imagenet`, `0..1`, `0..255`, `-1..1`), the numbers of one, or None for a model that takes
            bytes.
        size: height and width; None for that of the model, or that of the first image.
        fit: `stretch` resizes to the size, `crop` resizes the shorter side and cuts out the centre, `exact` rejects
            images of another size.
        shorter: with `crop`, the length of the shorter side before the centre is cut out, such as 256 for 224; None for
            the largest centre.
        filter: `bilinear`, `bicubic`, `nearest` or `lanczos`, antialiased as Pillow does.
        colours: 3, or 1 for grey; None for those of the model, or 3.
        layout: the model's, `NCHW` or `NHWC`; None for that of its shape, or NCHW.
        channels: the model's order, `RGB` or `BGR`.
        orientation: `upright` turns photos as their EXIF data state, `stored` does not, as torchvision and TensorFlow.
    """

    values: str | Values | None = None
    size: tuple[int, int] | None = None
    fit: str = STRETCH
    shorter: int | None = None
    filter: str = "bilinear"
    colours: int | None = None
    layout: str | None = None
    channels: str = RGB
    orientation: str = UPRIGHT

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            QuantshiftError: an option has a value that it cannot have.
        """
        for name, value, choices in (
            ("fit", self.fit, FITS),
            ("filter", self.filter, FILTERS),
            ("colours", self.colours, (*COLOURS, None)),
            ("layout", self.layout, (*LAYOUTS, None)),
            ("channels", self.channels, (RGB, BGR)),
            ("orientation", self.orientation, ORIENTATIONS),
        ):
            if value not in choices:
                raise QuantshiftError(f"images: {name} is {value!r}, expected {_either(choices)}")
        if isinstance(self.values, str) and self.values not in PRESETS:
            raise QuantshiftError(
                f"images: values is {self.values!r}, expected {_either(tuple(PRESETS))}, or a scale, mean and std"
            )
        if isinstance(self.values, Values) and not _usable(self.values):
            raise QuantshiftError(
                f"images: scale, mean and std are {', '.join(map(str, self.values))}, expected finite numbers, with a "
                "scale and std that are not 0 (--scale, --mean and --std, or images in the config)"
            )
        if self.size is not None and min(self.size) < 1:
            raise QuantshiftError(f"images: size is {list(self.size)}, expected a height and a width of at least 1")
        if self.shorter is not None and (self.fit != CROP or self.shorter < max(self.size or (1,))):
            raise QuantshiftError(
                f"images: shorter is {self.shorter}, which needs fit {CROP!r} and must be at least the height and the "
                f"width, {list(self.size or ())} (--shorter, --fit and --size, or images in the config)"
            )

    def for_shape(self, shape: Sequence[int | None]) -> "ImageOptions":
        """Return the options with size, colours and layout that are not stated from the shape of a model's input.

        Args:
            shape: of one sample, in the model's layout; None for an axis of any length.

        Raises:
            QuantshiftError: another size than the model's is stated.

        >>> options = ImageOptions().for_shape((224, 200, 3))
        >>> options.layout, options.size, options.colours
        ('NHWC', (224, 200), 3)
        """
        if len(shape) != 3:
            return self
        layout = self.layout
        if layout is None:
            last = shape[2] in COLOURS and shape[0] not in COLOURS
            layout = CHANNELS_LAST if last else CHANNELS_FIRST
        colours, height, width = (shape[2], shape[0], shape[1]) if layout == CHANNELS_LAST else shape
        size = self.size
        if size is not None and (height not in (None, size[0]) or width not in (None, size[1])):
            wanted = " x ".join(str(length or "any") for length in (height, width))
            raise QuantshiftError(
                f"images: size is {size[0]} x {size[1]}, but the model takes images of {wanted} (height x width): "
                "leave the size out (--size, or images.size in the config)"
            )
        if size is None and height is not None and width is not None:
            size = (height, width)
        return replace(
            self, layout=layout, size=size, colours=self.colours or (colours if colours in COLOURS else None)
        )

    def preprocessing(self, dtype: str) -> Preprocessing:
        """Return the preprocessing of stored images, for a model's input of a type.

        Args:
            dtype: numpy's name of the type.

        Raises:
            QuantshiftError: the values are not stated, or cannot be those of the type.
        """
        floating = np.dtype(dtype).kind == "f"
        if self.values is None and floating:
            raise QuantshiftError(
                f"images: the model takes {dtype}, so state which values it takes for pixels: "
                f"{_either(tuple(PRESETS))} (--values, or images.values in the config), or a scale, mean and std "
                "(--scale, --mean and --std)"
            )
        values = PRESETS[self.values or "0..255"] if not isinstance(self.values, Values) else self.values
        if not floating and values != PRESETS["0..255"]:
            raise QuantshiftError(
                f"images: the model takes {dtype}, so values must be '0..255', not {self.values!r}: leave it out "
                "(--values, or images.values in the config)"
            )
        colours = 3 if self.colours is None else self.colours
        for name, numbers in (("mean", values.mean), ("std", values.std)):
            if len(numbers) not in (0, 1, colours):
                raise QuantshiftError(
                    f"images: {len(numbers)} numbers of {name} for {colours} channels: give {colours} (--{name}, or "
                    f"images.{name} in the config)"
                )
        result = Preprocessing(scale=values.scale)
        if values.mean:
            result["mean"] = list(values.mean)
        if values.std:
            result["std"] = list(values.std)
        if self.layout == CHANNELS_LAST:
            result["layout"] = CHANNELS_LAST
        if self.channels == BGR and colours == 3:
            result["channels"] = BGR
        return result


def _either(choices: Sequence[object]) -> str:
    """Return choices as a list in a sentence; None, the default, is not among them."""
    shown = [str(choice) for choice in choices if choice is not None]
    return f"{', '.join(shown[:-1])} or {shown[-1]}"


def _usable(values: Values) -> bool:
    numbers = [values.scale, *values.mean, *values.std]
    return all(np.isfinite(number) for number in numbers) and values.scale != 0 and all(values.std)
