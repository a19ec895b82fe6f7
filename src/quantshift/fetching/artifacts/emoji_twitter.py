"""Emoji as Twitter draws them (Twemoji): 1,906 pictures of 64x64, with the table of their categories."""

from quantshift.fetching.origin import File, Origin, Package, UserFiles

_LICENCE = "CC-BY-4.0 (the drawings), MIT (the table)"
_FILES = (
    File(
        "emoji-datasource-twitter-16.0.0.tgz",
        "sha256:f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    ),
)
# Most of the package consists of sheets with all pictures, which are not used.
_MEMBERS = ("package/emoji.json", "package/img/twitter/64/*.png")

WITHOUT = "remove vendor from datasets.emoji.suites in your config"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="npm",
        package="emoji-datasource-twitter",
        version="16.0.0",
        files=_FILES,
        licence=_LICENCE,
        members=_MEMBERS,
    ),
}
