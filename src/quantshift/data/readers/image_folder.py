"""Find the images of a folder, with one folder per class or without.

Links to images and to folders are followed, also out of the folder, because data sets are often folders of links; what
they lead to is only ever decoded as an image. Hidden files and those that systems add are not read; any other file is
rejected, so that no sample is left out without notice.
"""

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from quantshift.core.errors import QuantshiftError

ENDINGS = (".jpg", ".jpeg", ".png", ".bmp", ".gif", ".pgm", ".ppm", ".pbm", ".pnm", ".tif", ".tiff", ".webp")
# Files and folders that systems add, in lower case; hidden ones start with a dot.
OF_SYSTEMS = ("thumbs.db", "desktop.ini", "__macosx")
MAX_DEPTH = 16


class Images(NamedTuple):
    """The images of a folder.

    Attributes:
        files: paths in the folder, with `/`, sorted by folder and name.
        classes: name of the class folder of each file, or None if there are no class folders.
        folders: names of all class folders, sorted, empty ones included.
    """

    files: tuple[str, ...]
    classes: tuple[str, ...] | None
    folders: tuple[str, ...]


def find(folder: Path, *, by_class: bool | None = None, side_files: Collection[Path] = ()) -> Images:
    """Return the images of a folder.

    Args:
        folder: the folder.
        by_class: whether each folder in it is a class; None if they are, provided that no image is outside of them.
        side_files: other files that may be in the folder, such as labels.

    Raises:
        QuantshiftError: the folder has no images, or images both inside and outside of class folders, or it has a file
            that is no image.
    """
    ignored = {path.resolve() for path in side_files}
    files = sorted(_walk(folder, (), ignored, ()))
    if not files:
        raise QuantshiftError(
            f"{folder} has no images: expected files such as .jpg or .png, in folders by class or not"
        )
    outside = next((parts for parts in files if len(parts) == 1), None)
    if by_class is None:
        by_class = outside is None
        inside = next((parts for parts in files if len(parts) > 1), None)
        if outside is not None and inside is not None:
            raise QuantshiftError(
                f"{folder} has images both outside of folders, such as {outside[0]!r}, and in folders, such as "
                f"{'/'.join(inside)!r}: move all images into one folder per class, or "
                "all of them out of folders"
            )
    if by_class and outside is not None:
        raise QuantshiftError(
            f"{folder} has the image {outside[0]!r} in no class: move it into the folder of its class"
        )
    names = tuple("/".join(parts) for parts in files)
    if not by_class:
        return Images(names, None, ())
    folders = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir() and not _is_of_system(entry.name))
    return Images(names, tuple(parts[0] for parts in files), tuple(folders))


def _walk(
    folder: Path, parts: tuple[str, ...], ignored: Collection[Path], above: tuple[Path, ...]
) -> Iterator[tuple[str, ...]]:
    """Yield the images of a folder and of those in it, each as the parts of its path."""
    try:
        place = folder.resolve(strict=True)
        entries = list(os.scandir(folder))
    except (OSError, RuntimeError) as error:
        fault = "is missing" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise QuantshiftError(f"{folder} {fault}: expected a folder of images that you may read") from error
    if place in above or len(parts) > MAX_DEPTH:
        raise QuantshiftError(
            f"{folder} leads back to itself or is nested too deeply: give a folder without such links"
        )
    for entry in entries:
        if _is_of_system(entry.name):
            continue
        path = folder / entry.name
        if not entry.name.isprintable():  # neither are bytes that are not UTF-8
            raise QuantshiftError(f"{str(path)!r} has a name that cannot be printed: rename it")
        if entry.is_dir():
            yield from _walk(path, (*parts, entry.name), ignored, (*above, place))
        elif ignored and path.resolve() in ignored:
            continue
        elif not entry.is_file():
            kind = "a link to nothing" if entry.is_symlink() else "not a regular file"
            raise QuantshiftError(f"{path} is {kind}: expected an image; move it to another folder")
        elif not entry.name.lower().endswith(ENDINGS):
            raise QuantshiftError(
                f"{path} is not an image by its name, expected one of {', '.join(ENDINGS)}: move it to another folder "
                "or rename it"
            )
        else:
            yield (*parts, entry.name)


def _is_of_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in OF_SYSTEMS
