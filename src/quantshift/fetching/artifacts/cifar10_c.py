"""CIFAR-10-C: Hendrycks and Dietterich's corrupted test images of CIFAR-10 (arXiv 1903.12261), as published; 2.9 GB."""

from quantshift.fetching.origin import File, Home, Limits, Origin, UserFiles

_LICENCE = "CC-BY-4.0"
_FILES = (File("CIFAR-10-C.tar", "md5:56bf5dcef84df0e2308c6dcbcbbd8499"),)
_MEMBERS = ("CIFAR-10-C/*.npy",)
_LIMITS = Limits(download=4 << 30, unpacked=4 << 30, members=100)

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS, limits=_LIMITS),
    "home": Home(
        address="https://zenodo.org/records/2535967/files/",
        files=_FILES,
        licence=_LICENCE,
        members=_MEMBERS,
        limits=_LIMITS,
    ),
}
