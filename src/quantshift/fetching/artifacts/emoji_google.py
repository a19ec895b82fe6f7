"""Emoji as Google draws them (Noto): 1,906 pictures of 64x64, with the table of their categories."""

from quantshift.fetching.origin import File, Origin, Package, UserFiles

_LICENCE = "Apache-2.0 (the drawings), MIT (the table)"
_FILES = (
    File(
        "emoji-datasource-google-16.0.0.tgz",
        "sha256:fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    ),
)
# Most of the package consists of sheets with all pictures, which are not used.
_MEMBERS = ("package/emoji.json", "package/img/google/64/*.png")

WITHOUT = "remove emoji from study.datasets in your config"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="npm",
        package="emoji-datasource-google",
        version="16.0.0",
        files=_FILES,
        licence=_LICENCE,
        members=_MEMBERS,
    ),
}
