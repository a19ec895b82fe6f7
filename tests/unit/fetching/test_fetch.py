import gzip
import hashlib
import io
import json
import socket
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from quantshift.core import members
from quantshift.core.errors import DiskFullError, QuantshiftError
from quantshift.fetching.artifacts import mnist_c
from quantshift.fetching.download import Timeouts
from quantshift.fetching.fetch import fetch, fetch_from
from quantshift.fetching.origin import File, Home, UserFiles, UserFolder

SHORT = Timeouts(connect=0.5, read=0.5)
CONTENTS = {"one.gz": gzip.compress(b"first", mtime=0), "two.gz": gzip.compress(b"second", mtime=0)}
FILES = tuple(File(name, "md5:" + hashlib.md5(content).hexdigest()) for name, content in CONTENTS.items())
USER_FILES = UserFiles(files=FILES, licence="CC0-1.0")


def home(address):
    return Home(address=address, files=FILES, licence="CC0-1.0")


def run(folder, origins, names=None):
    fetch_from(origins, "things", names or list(origins), folder / "data", folder / "results/things", SHORT)
    return folder / "results/things"


def put(folder, contents=CONTENTS):
    own = folder / "data/things"
    own.mkdir(parents=True)
    for name, content in contents.items():
        (own / name).write_bytes(content)


def contents_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != "origin.json"}


def nothing_left(folder):
    return not (folder / "results").exists() or list((folder / "results").iterdir()) == []


@pytest.fixture
def closed(monkeypatch):
    """Return an address at which nothing listens."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


def test_the_users_files_come_first_and_are_preserved(tmp_path, closed, capsys):
    put(tmp_path)
    target = run(tmp_path, {"file": USER_FILES, "home": home(closed)})
    assert contents_of(target) == CONTENTS
    assert contents_of(tmp_path / "data/things") == CONTENTS
    assert json.loads((target / "origin.json").read_text()) == {
        "artifact": "things",
        "origin": "file",
        "files": {file.name: file.checksum for file in FILES},
        "licence": "CC0-1.0",
    }
    assert "things: file (your own files): fetched in 0." in capsys.readouterr().out


def test_the_next_origin_is_tried(tmp_path, serve, closed, capsys):
    address = serve({f"/data/{name}": content for name, content in CONTENTS.items()}) + "/data/"
    target = run(tmp_path, {"file": USER_FILES, "old": home(closed), "home": home(address)})
    assert contents_of(target) == CONTENTS
    facts = json.loads((target / "origin.json").read_text())
    assert (facts["origin"], facts["address"]) == ("home", address)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" (")[0] for line in lines] == ["things: file", "things: old", "things: home"]
    assert "no such file: " in lines[0]
    assert "refused" in lines[1]


def test_incomplete_files_of_the_user_are_an_error_and_not_skipped(tmp_path, serve):
    put(tmp_path, CONTENTS)
    (tmp_path / "data/things/two.gz").unlink()
    address = serve({f"/{name}": content for name, content in CONTENTS.items()})
    with pytest.raises(QuantshiftError, match=r"data/things is incomplete: it has no two\.gz"):
        run(tmp_path, {"file": USER_FILES, "home": home(address)})
    assert nothing_left(tmp_path)


def test_a_damaged_file_of_the_user_is_an_error_and_not_skipped(tmp_path, serve):
    put(tmp_path, CONTENTS | {"two.gz": b"damaged"})
    address = serve({f"/{name}": content for name, content in CONTENTS.items()})
    with pytest.raises(QuantshiftError) as caught:
        run(tmp_path, {"file": USER_FILES, "home": home(address)})
    message = str(caught.value)
    assert str(tmp_path / "data/things/two.gz") in message
    assert FILES[1].checksum in message
    assert hashlib.md5(b"damaged").hexdigest() in message
    assert nothing_left(tmp_path)


def test_a_full_disk_is_not_blamed_on_the_users_files(tmp_path, small_disk, serve):
    large = {"one.gz": np.random.default_rng(0).bytes(100_000)}
    file = File("one.gz", "md5:" + hashlib.md5(large["one.gz"]).hexdigest())
    put(tmp_path, large)
    known = {
        "file": UserFiles(files=(file,), licence="CC0-1.0"),
        "home": Home(address=serve({"/one.gz": large["one.gz"]}), files=(file,), licence="CC0-1.0"),
    }
    with pytest.raises(DiskFullError) as caught:
        fetch_from(known, "things", ["file", "home"], tmp_path / "data", small_disk / "things", SHORT)
    assert "Replace it" not in str(caught.value)
    assert list(small_disk.iterdir()) == []


def test_if_all_origins_fail_the_message_lists_attempts_and_advice(tmp_path, serve, closed):
    with pytest.raises(QuantshiftError) as caught:
        run(tmp_path, {"file": USER_FILES, "old": home(closed), "home": home(serve({}))})
    message = str(caught.value)
    for part in ("file (your own files): no such file", f"old ({closed})", "refused", "404 Not Found"):
        assert part in message
    for file in FILES:
        assert f"  {tmp_path / 'data/things' / file.name}  ({file.checksum})" in message
    assert "in the config" not in message
    assert nothing_left(tmp_path)


def test_the_message_states_how_to_run_without_the_artifact(tmp_path):
    with pytest.raises(QuantshiftError, match=r"\nOr run without it: remove it$"):
        fetch_from({"file": USER_FILES}, "a", ["file"], tmp_path / "data", tmp_path / "things", without="remove it")


def test_an_artifact_states_how_to_run_without_it(tmp_path):
    with pytest.raises(QuantshiftError, match=r"Or run without it: remove emoji from study\.datasets"):
        fetch("emoji_google", ["file"], tmp_path / "data", tmp_path / "emoji_google")


def test_the_message_states_if_the_users_files_are_not_among_the_origins(tmp_path, serve):
    with pytest.raises(QuantshiftError, match="list 'file' among its origins in the config"):
        run(tmp_path, {"file": USER_FILES, "home": home(serve({}))}, ["home"])


def test_a_partly_fetched_artifact_leaves_nothing(tmp_path, serve):
    with pytest.raises(QuantshiftError, match="404"):
        run(tmp_path, {"home": home(serve({"/one.gz": CONTENTS["one.gz"]}))})
    assert nothing_left(tmp_path)


def test_a_failure_preserves_an_earlier_result(tmp_path, closed):
    put(tmp_path)
    target = run(tmp_path, {"file": USER_FILES})
    with pytest.raises(QuantshiftError):
        run(tmp_path, {"home": home(closed)})
    assert contents_of(target) == CONTENTS
    assert list(target.parent.iterdir()) == [target]


def test_unknown_origins_are_reported_before_any_attempt(tmp_path):
    with pytest.raises(QuantshiftError, match="no origin 'hom'; did you mean 'home'"):
        run(tmp_path, {"file": USER_FILES, "home": home("http://127.0.0.1")}, ["file", "hom"])
    with pytest.raises(QuantshiftError, match="no origins are listed; known: file"):
        fetch_from({"file": USER_FILES}, "things", [], tmp_path, tmp_path / "target")


def corrupted(extra=()):
    """Return a zip archive in the layout of MNIST-C."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for corruption in ("fog", "identity"):
            for part in ("train", "test"):
                for kind, array in (("images", np.zeros((2, 28, 28, 1), np.uint8)), ("labels", np.arange(2))):
                    saved = io.BytesIO()
                    np.save(saved, array)
                    file.writestr(f"mnist_c/{corruption}/{part}_{kind}.npy", saved.getvalue())
        for name in extra:
            file.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["file", "home"])
def test_mnist_c_preserves_its_layout_and_has_only_test_data(tmp_path, serve, name):
    content = corrupted()
    files = (File("mnist_c.zip", "md5:" + hashlib.md5(content).hexdigest()),)
    origins = {
        "file": replace(mnist_c.ORIGINS["file"], files=files),
        "home": replace(mnist_c.ORIGINS["home"], files=files, address=serve({"/mnist_c.zip": content})),
    }
    if name == "file":
        put(tmp_path, {"mnist_c.zip": content})
    target = run(tmp_path, origins)
    names = {file.relative_to(target).as_posix() for file in target.rglob("*") if file.is_file()}
    expected = {f"mnist_c/{folder}/test_{kind}.npy" for folder in ("fog", "identity") for kind in ("images", "labels")}
    assert names == expected | {"origin.json"}
    assert json.loads((target / "origin.json").read_text())["origin"] == name


def test_an_unsafe_archive_leaves_nothing(tmp_path, serve):
    content = corrupted(["../../evil.npy"])
    files = (File("mnist_c.zip", "md5:" + hashlib.md5(content).hexdigest()),)
    origin = replace(mnist_c.ORIGINS["home"], files=files, address=serve({"/mnist_c.zip": content}))
    with pytest.raises(QuantshiftError, match=r"unsafe.*evil\.npy"):
        run(tmp_path, {"home": origin})
    assert nothing_left(tmp_path)
    assert not list(tmp_path.rglob("evil*"))


LARGE = UserFolder(folder="large_v2", contents=("table.csv", "pictures"), licence="CC0-1.0")


def put_folder(place):
    (place / "pictures").mkdir(parents=True)
    (place / "pictures/a.jpg").write_bytes(b"a")
    (place / "table.csv").write_bytes(b"table")


def test_the_users_folder_is_linked_and_not_copied(tmp_path, monkeypatch):
    put_folder(tmp_path / "data/things/large_v2")
    monkeypatch.chdir(tmp_path)
    fetch_from({"file": LARGE}, "things", ["file"], Path("data"), Path("results/things"))
    target = tmp_path / "results/things"
    assert (target / "large_v2").is_symlink()
    assert (target / "large_v2/pictures/a.jpg").read_bytes() == b"a"
    facts = json.loads((target / "origin.json").read_text())
    assert facts["files"] == {"table.csv": "sha256:" + hashlib.sha256(b"table").hexdigest()}
    assert str(tmp_path) not in (target / "origin.json").read_text()


def test_the_user_may_link_a_folder_from_elsewhere(tmp_path):
    put_folder(tmp_path / "elsewhere")
    (tmp_path / "data/things").mkdir(parents=True)
    (tmp_path / "data/things/large_v2").symlink_to(tmp_path / "elsewhere")
    target = run(tmp_path, {"file": LARGE})
    assert (target / "large_v2/table.csv").read_bytes() == b"table"


def test_fetching_again_preserves_the_users_folder(tmp_path):
    put_folder(tmp_path / "data/things/large_v2")
    for _ in range(2):
        target = run(tmp_path, {"file": LARGE})
    put(tmp_path / "other")
    fetch_from({"file": USER_FILES}, "things", ["file"], tmp_path / "other/data", target)
    assert contents_of(target) == CONTENTS
    assert (tmp_path / "data/things/large_v2/pictures/a.jpg").read_bytes() == b"a"


def test_an_incomplete_folder_is_an_error_and_not_skipped(tmp_path, serve):
    put_folder(tmp_path / "data/things/large_v2")
    (tmp_path / "data/things/large_v2/table.csv").unlink()
    address = serve({f"/{name}": content for name, content in CONTENTS.items()})
    with pytest.raises(QuantshiftError, match=r"things: \S+/large_v2 is incomplete: it has no table\.csv\. Replace"):
        run(tmp_path, {"file": LARGE, "home": home(address)})
    assert nothing_left(tmp_path)


def test_a_missing_folder_is_skipped(tmp_path, serve, closed):
    with pytest.raises(QuantshiftError) as caught:
        run(tmp_path, {"file": LARGE, "home": home(closed)}, ["home", "file"])
    assert f"file (your own folder): no such folder: {tmp_path}/data/things/large_v2" in str(caught.value)
    assert f"  {tmp_path}/data/things/large_v2  (with table.csv, pictures)" in str(caught.value)
    address = serve({f"/{name}": content for name, content in CONTENTS.items()})
    assert contents_of(run(tmp_path, {"file": LARGE, "home": home(address)})) == CONTENTS


@pytest.mark.parametrize("artifact", members.names("fetching/artifacts"))
def test_each_artifact_states_where_to_put_its_files(tmp_path, artifact):
    """This also imports each artifact's file and checks that it looks for the user's files under its name."""
    with pytest.raises(QuantshiftError, match=rf"\n  {tmp_path}/data/{artifact}/\S+  \((md5:|sha256:|your own:|with )"):
        fetch(artifact, ["file"], tmp_path / "data", tmp_path / "target")
    assert list(tmp_path.iterdir()) == []
