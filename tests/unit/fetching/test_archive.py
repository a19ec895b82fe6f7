import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import tracemalloc
import zipfile

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import archive
from quantshift.fetching.origin import Limits

LIMITS = Limits(unpacked=1 << 20, members=50)


def zipped(path, contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def tarred(contents, mode="w:gz"):
    """Return a tar archive; a value that is a TarInfo is written as it is."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as file:
        for name, content in contents.items():
            info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size = len(content)
            file.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


def link(name, kind, target):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def debian(members):
    """Return a Debian package: an `ar` archive of the members."""
    parts = [b"!<arch>\n"]
    for name, content in members.items():
        parts.append(f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode())
        parts.append(content + b"\n" * (len(content) % 2))
    return b"".join(parts)


def written(path, content):
    path.write_bytes(content)
    return path


def files_under(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rejects(path, patterns, reason, limits=LIMITS):
    target = path.parent / "target"
    with pytest.raises(QuantshiftError, match=reason) as caught:
        archive.extract(path, patterns, target, limits)
    assert path.name in str(caught.value)
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, "target"}


CONTENTS = {"top/a/one.txt": b"1", "top/b/one.txt": b"22", "top/b/two.txt": b"333", "other/one.txt": b"4"}


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz", "tar.xz", "deb"])
def test_only_matching_members_are_unpacked(tmp_path, kind):
    path = tmp_path / f"file.{kind}"
    match kind:
        case "zip":
            zipped(path, CONTENTS)
        case "deb":
            data = tarred({f"./{name}": content for name, content in CONTENTS.items()}, "w:xz")
            path.write_bytes(debian({"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": data}))
        case _:
            path.write_bytes(tarred(CONTENTS, "w:" + kind.removeprefix("tar").removeprefix(".")))
    names = archive.extract(path, ["top/*/one.txt"], tmp_path / "target", LIMITS)
    assert names == ["top/a/one.txt", "top/b/one.txt"]
    assert files_under(tmp_path / "target") == {"top/a/one.txt": b"1", "top/b/one.txt": b"22"}


def test_a_tar_whose_first_member_begins_like_a_zip(tmp_path):
    path = written(tmp_path / "file.tar", tarred({"PKG-INFO": b"x"}, "w:"))
    assert archive.extract(path, ["PKG-INFO"], tmp_path / "target", LIMITS) == ["PKG-INFO"]


def test_every_pattern_must_match(tmp_path):
    rejects(zipped(tmp_path / "file.zip", CONTENTS), ["top/a/*", "*/none.txt"], r"does not contain \*/none\.txt")


@pytest.mark.parametrize("name", ["../evil", "top/../../evil", "/evil", "C:/evil", "..\\evil"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_names_that_point_outside_are_rejected(tmp_path, kind, name):
    path = tmp_path / f"file.{kind}"
    if kind == "zip":
        zipped(path, {name: b"x"})
    else:
        path.write_bytes(tarred({name: b"x"}))
    rejects(path, ["*", "*/*", name], "unsafe")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_not_unpacked(tmp_path, kind):
    path = written(tmp_path / "file.tar.gz", tarred({"x": link("x", kind, "/etc/passwd")}))
    rejects(path, ["x"], "'x' is not a regular file")


def test_a_file_behind_a_link_is_written_inside(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    contents = {"top": link("top", tarfile.SYMTYPE, str(outside)), "top/x": b"x"}
    path = written(tmp_path / "file.tar.gz", tarred(contents))
    archive.extract(path, ["top/x"], tmp_path / "target", LIMITS)
    assert files_under(tmp_path / "target") == {"top/x": b"x"}
    assert list(outside.iterdir()) == []


def test_links_in_zip_are_not_unpacked(tmp_path):
    info = zipfile.ZipInfo("x")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "file.zip", "w") as file:
        file.writestr(info, "/etc/passwd")
    rejects(tmp_path / "file.zip", ["x"], "'x' is not a regular file")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_bombs_are_rejected(tmp_path, kind):
    path = tmp_path / f"file.{kind}"
    contents = {"a": bytes(600_000), "b": bytes(600_000)}
    if kind == "zip":
        zipped(path, contents)
    else:
        path.write_bytes(tarred(contents))
    assert path.stat().st_size < 10_000
    rejects(path, ["a", "b"], "unpacks to more than the limit of 1048576 bytes")


def test_too_many_members_are_rejected(tmp_path):
    path = zipped(tmp_path / "file.zip", {str(number): b"" for number in range(51)})
    rejects(path, ["0"], "more members than the limit of 50")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_members_are_rejected(tmp_path):
    with zipfile.ZipFile(tmp_path / "file.zip", "w") as file:
        file.writestr("x", "1")
        file.writestr("x", "2")
    rejects(tmp_path / "file.zip", ["x"], "two members at 'x'")


def test_a_file_in_place_of_a_folder_is_rejected(tmp_path):
    rejects(zipped(tmp_path / "other.zip", {"x": b"1", "x/y": b"2"}), ["x", "x/y"], "two members")


def test_a_zip_with_a_false_size_is_rejected(tmp_path):
    path = zipped(tmp_path / "file.zip", {"x": os.urandom(1000)})
    content = path.read_bytes()
    rejects(written(path, content.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))), ["x"], "damaged")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>sorry</html>",
        b"PK\x03\x04 and nothing",
        tarred({"x": os.urandom(50_000)})[:20_000],
        gzip.compress(b"no tar", mtime=0),
        b"!<arch>\n",
        debian({"debian-binary": b"2.0\n"}),
        debian({"debian-binary": b"2.0\n", "data.tar.xz": tarred({"x": os.urandom(5000)}, "w:xz")})[:-1000],
        debian({"debian-binary": b"2.0\n", "data.tar.zst": b"x"}),
    ],
)
def test_damaged_archives_are_rejected(tmp_path, content):
    rejects(written(tmp_path / "file", content), ["x"], "file cannot be unpacked because it is damaged: .")


def compressed(content, kind):
    """Return a compressed tar archive whose last bytes belong to the compression format."""
    return {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[kind](tarred(content, "w:"))


# The positions are in the checksum at the end (for xz before the index), so the content still unpacks.
@pytest.mark.parametrize(("kind", "place"), [("gz", -7), ("bz2", -4), ("xz", -30)])
def test_a_flipped_checksum_is_rejected(tmp_path, kind, place):
    content = bytearray(compressed(CONTENTS, kind))
    content[place] ^= 0x10
    path = written(tmp_path / f"file.tar.{kind}", bytes(content))
    rejects(path, ["top/*/one.txt"], "damaged")


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_every_flipped_bit_of_the_content_is_rejected(tmp_path, kind):
    """The content is stored, not compressed, so no decoder notices the flipped bit, only the checksum does."""
    content = {"a.bin": bytes(range(256)) * 8}
    path = tmp_path / f"file.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as file:
            file.writestr("a.bin", content["a.bin"])
    else:
        path.write_bytes(gzip.compress(tarred(content, "w:"), compresslevel=0, mtime=0))
    original = path.read_bytes()
    first = original.index(bytes(range(256)))
    for place in range(first, first + 2048, 97):
        flipped = bytearray(original)
        flipped[place] ^= 1
        path.write_bytes(flipped)
        with pytest.raises(QuantshiftError, match="damaged"):
            archive.extract(path, ["a.bin"], tmp_path / f"target{place}", LIMITS)


def test_a_gzip_that_is_truncated_after_the_tar_is_rejected(tmp_path):
    content = compressed(CONTENTS, "gz")
    rejects(written(tmp_path / "file.tar.gz", content[:-5]), ["top/*/one.txt"], "damaged")


def header(kind, size, name="././@LongLink"):
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


PAX = [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE]


@pytest.mark.parametrize("kind", [*PAX, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK])
@pytest.mark.parametrize("size", [1 << 20, 1 << 33, 1 << 60])
def test_a_header_that_states_a_large_size_is_rejected_before_it_is_read(tmp_path, kind, size):
    path = written(tmp_path / "file.tar.gz", gzip.compress(header(kind, size) + bytes(64 << 20)))
    limits = Limits(unpacked=1 << 30, members=50)
    peak = peak_of(lambda: rejects(path, ["*"], "states a header", limits))
    assert peak < 1 << 20


def test_many_headers_that_unpack_to_too_much_are_rejected(tmp_path):
    member = header(tarfile.GNUTYPE_LONGNAME, 60_000) + b"a" * 60_000 + bytes(-60_000 % 512)
    path = written(tmp_path / "file.tar.gz", gzip.compress(member * 200))
    rejects(path, ["*"], "longer than the limit")


def test_a_member_of_negative_size_is_rejected(tmp_path):
    info = tarfile.TarInfo("x")
    content = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    content[124:136] = b"\xff" * 4 + (-(1 << 40) % (1 << 64)).to_bytes(8, "big")
    content[148:156] = b"%06o\0 " % tarfile.calc_chksums(bytes(content))[0]
    rejects(written(tmp_path / "file.tar", bytes(content) + bytes(1024)), ["x"], "damaged")


def test_a_long_directory_of_a_zip_is_rejected_before_it_is_read(tmp_path):
    path = zipped(tmp_path / "file.zip", {f"{number:0200}": b"" for number in range(2_000)})
    rejects(path, ["*"], "too long for the limit of 50 members")


def test_a_zip_bomb_is_rejected_before_it_is_unpacked(tmp_path):
    path = zipped(tmp_path / "file.zip", {"zeros": bytes(4 << 20)})
    rejects(path, ["zeros"], "unpacks to more than the limit")
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("announced", [1, 100, 1 << 19])
def test_a_zip_bomb_with_false_sizes_is_rejected(tmp_path, announced):
    path = zipped(tmp_path / "file.zip", {"zeros": bytes(4 << 20)})
    content = bytearray(path.read_bytes())
    for place in (content.index(b"PK\3\4") + 22, content.index(b"PK\1\2") + 24):
        content[place : place + 4] = announced.to_bytes(4, "little")
    rejects(written(path, bytes(content)), ["zeros"], "damaged")


def peak_of(call):
    """Return Python's peak memory in bytes during a call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
