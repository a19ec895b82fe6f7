"""WordNet 3.0: Princeton's lexical database of English, as plain dictionary files from Debian or Princeton."""

from quantshift.fetching.origin import File, Home, Origin, Package, UserFiles

_LICENCE = "WordNet 3.0 licence (Princeton University)"
_CHECKSUM = "sha256:61060d960f9ada8fa120872312eccd3ecebfbab8c4579e4f5a74e1cf67620752"
_MEMBERS = ("usr/share/wordnet/index.*", "usr/share/wordnet/data.*")

WITHOUT = (
    "set suites: {text_corruptions: {shifts: {synonym_swap: []}}, texts: {shifts: {synonym_swap: []}}} in your config"
)

ORIGINS: dict[str, Origin] = {
    # The file name in Debian's package pool; apt adds the epoch to it.
    "file": UserFiles(files=(File("wordnet-base_3.0-37_all.deb", _CHECKSUM),), licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="apt",
        package="wordnet-base",
        files=(File("wordnet-base_1%3a3.0-37_all.deb", _CHECKSUM),),
        licence=_LICENCE,
        members=_MEMBERS,
    ),
    "home": Home(
        address="https://wordnetcode.princeton.edu/3.0/",
        files=(
            File(
                "WordNet-3.0.tar.bz2",
                "sha256:6c492d0c7b4a40e7674d088191d3aa11f373bb1da60762e098b8ee2dda96ef22",
            ),
        ),
        licence=_LICENCE,
        members=("WordNet-3.0/dict/index.*", "WordNet-3.0/dict/data.*"),
    ),
}
