"""Decode one image file of a user.

The number of pixels is checked before decoding, and errors of a decoder are reported with the file's name.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from quantshift.core.errors import QuantshiftError
from quantshift.data.image_files import DAMAGE, MODES
from quantshift.data.readers.image_options import CROP, EXACT, UPRIGHT, ImageOptions

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "PPM", "TIFF", "WEBP")
# Pillow warns above this number: 270 MB when decoded.
MAX_PIXELS = 89_000_000
FILTERS = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "nearest": Image.Resampling.NEAREST,
    "lanczos": Image.Resampling.LANCZOS,
}
# A photo with a preview, which some phones write as JPEG; its first picture is the photo.
WITH_PREVIEW = "MPO"
# Exceptions that Pillow raises for damaged EXIF data, in addition.
EXIF_DAMAGE = (*DAMAGE, KeyError, TypeError, AttributeError)


class _UnusableError(ValueError):
    """An image that is complete but cannot be used; the message ends with what to do."""


def decode(path: Path, options: ImageOptions) -> NDArray[np.uint8]:
    """Return an image as uint8 [colours, height, width], in the order red, green, blue.

    Transparent areas become white. Colours become grey by the luma of ITU-R 601, and grey becomes three equal channels.

    Raises:
        QuantshiftError: the file is missing, damaged, too large, animated, has more than 8 bits in its grey values, or
            is no image.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check(image)
            upright = ImageOps.exif_transpose(image) if options.orientation == UPRIGHT else image
            plain = _on_white(upright) if upright.has_transparency_data else upright
            colours = plain.convert("L" if options.colours == 1 else "RGB")
            fitted = _fitted(colours, options)
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: expected an image there") from error
    except _UnusableError as error:
        raise QuantshiftError(f"{path} cannot be used: {error}") from None
    except EXIF_DAMAGE as error:
        raise _damaged(path, error) from error
    pixels = np.asarray(fitted)
    return np.ascontiguousarray(pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1))


def upright_size(path: Path, options: ImageOptions) -> tuple[int, int]:
    """Return height and width of an image from its header.

    Raises:
        QuantshiftError: see `decode`.
    """
    try:
        with Image.open(path, formats=FORMATS) as image:
            _check(image)
            # Orientations 5 to 8 swap the axes.
            swapped = options.orientation == UPRIGHT and image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
            return (image.width, image.height) if swapped else (image.height, image.width)
    except _UnusableError as error:
        raise QuantshiftError(f"{path} cannot be used: {error}") from None
    except EXIF_DAMAGE as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> QuantshiftError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return QuantshiftError(
        f"{path} cannot be read as an image ({reason}), expected a complete {', '.join(FORMATS[:-1])} or {FORMATS[-1]} "
        "file: convert it or move it to another folder"
    )


def _check(image: Image.Image) -> None:
    """Check what an image's header states.

    Raises:
        _UnusableError: it is animated, too large or has other pixels.
    """
    if image.width * image.height > MAX_PIXELS:
        raise _UnusableError(
            f"it has {image.width} x {image.height} pixels, more than the limit of {MAX_PIXELS}; make it smaller"
        )
    if getattr(image, "n_frames", 1) > 1 and image.format != WITH_PREVIEW:
        raise _UnusableError(
            f"it has {getattr(image, 'n_frames', 1)} frames or pages; save those that are samples as files of their own"
        )
    if image.mode not in MODES:
        raise _UnusableError(
            f"its pixels have the mode {image.mode}, expected 8 bits per channel; convert it to 8 bits, or give the "
            "pixels as an .npy array"
        )


def _on_white(image: Image.Image) -> Image.Image:
    transparent = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", transparent.size, "white"), transparent).convert("RGB")


def _fitted(image: Image.Image, options: ImageOptions) -> Image.Image:
    """Return an image in the size of the options."""
    if options.size is None or ((image.height, image.width) == options.size and options.shorter is None):
        return image
    height, width = options.size
    if options.fit == EXACT:
        raise _UnusableError(
            f"it is {image.height} x {image.width} pixels, expected {height} x {width}; resize it, or choose fit "
            "'stretch' or 'crop' (--fit, or images.fit in the config)"
        )
    method = FILTERS[options.filter]
    if options.fit != CROP:
        return image.resize((width, height), method)
    # As torchvision's Resize and CenterCrop.
    if options.shorter is None:
        factor = max(height / image.height, width / image.width)
        scaled = (max(height, round(image.height * factor)), max(width, round(image.width * factor)))
    else:
        shorter = min(image.height, image.width)
        scaled = (options.shorter * image.height // shorter, options.shorter * image.width // shorter)
    if scaled[0] * scaled[1] > MAX_PIXELS:
        raise _UnusableError(
            f"it is {image.height} x {image.width} pixels, too long for 'crop'; choose fit 'stretch' (--fit, or "
            "images.fit in the config)"
        )
    top, left = round((scaled[0] - height) / 2), round((scaled[1] - width) / 2)
    return image.resize((scaled[1], scaled[0]), method).crop((left, top, left + width, top + height))
