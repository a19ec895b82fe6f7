import contextlib
import hashlib
import socket
import threading
import time

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching.download import Timeouts, download

BODY = bytes(range(256)) * 5000
CHECKSUM = "sha256:" + hashlib.sha256(BODY).hexdigest()
SHORT = Timeouts(connect=0.5, read=0.5, file=5)


def get(url, folder, *, expected=CHECKSUM, limit=1 << 24, timeouts=SHORT):
    path = folder / "file"
    download(url, path, expected=expected, limit=limit, timeouts=timeouts)
    return path.read_bytes()


def refused(url, folder, reason, **options):
    with pytest.raises(QuantshiftError, match=reason) as caught:
        get(url, folder, **options)
    assert str(caught.value).startswith(url)
    assert list(folder.iterdir()) == []


def test_a_file_arrives_whole(serve, tmp_path):
    assert get(serve({"/file": BODY}) + "/file", tmp_path) == BODY


def test_without_an_announced_length(serve, tmp_path):
    assert get(serve({"/file": serve.Answer(BODY, headers={"Content-Length": ""})}) + "/file", tmp_path) == BODY


def test_redirects_are_followed(serve, tmp_path):
    moved = serve.Answer(status=302, headers={"Location": "/file"})
    assert get(serve({"/old": moved, "/file": BODY}) + "/old", tmp_path) == BODY


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/file"])
def test_redirects_to_other_schemes_are_refused(serve, tmp_path, place):
    moved = serve.Answer(status=302, headers={"Location": place})
    refused(serve({"/old": moved}) + "/old", tmp_path, "not allowed|unknown url type")


def test_other_schemes_are_refused(tmp_path):
    (tmp_path / "source").write_bytes(BODY)
    with pytest.raises(QuantshiftError, match="unknown url type: file"):
        get((tmp_path / "source").as_uri(), tmp_path)


def test_truncated(serve, tmp_path):
    half = serve.Answer(BODY[: len(BODY) // 2], headers={"Content-Length": str(len(BODY))})
    refused(serve({"/file": half}) + "/file", tmp_path, f"ended after {len(BODY) // 2} of {len(BODY)} bytes")


def test_wrong_checksum(serve, tmp_path):
    refused(serve({"/file": BODY[:-1]}) + "/file", tmp_path, f"expected {CHECKSUM}")


def test_not_found(serve, tmp_path):
    refused(serve({}) + "/file", tmp_path, "the server answered 404 Not Found")


def test_announced_too_large(serve, tmp_path):
    refused(serve({"/file": BODY}) + "/file", tmp_path, "are announced, more than the limit of 1000", limit=1000)


def test_too_large_without_announcement(serve, tmp_path):
    unannounced = serve.Answer(BODY, headers={"Content-Length": ""})
    refused(serve({"/file": unannounced}) + "/file", tmp_path, "more than the limit of 1000 bytes came", limit=1000)


def test_unreachable_port(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        refused(f"http://127.0.0.1:{reserved.getsockname()[1]}/file", tmp_path, "refused")


def test_a_silent_server_is_not_waited_for(serve, tmp_path):
    url = serve({"/file": serve.Answer(BODY, silent_seconds=20)}) + "/file"
    started = time.monotonic()
    refused(url, tmp_path, "no answer in time")
    assert time.monotonic() - started < 5


def test_a_server_that_stalls_midway_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # The first bytes lie ready for the client, then nothing more comes and the connection stays open.
        def answer():
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            kept.append(connection)

        kept = []
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        refused(f"http://127.0.0.1:{listener.getsockname()[1]}/file", tmp_path, "no answer in time")
        thread.join()
        for connection in kept:
            connection.close()


def test_a_file_that_trickles_in_is_not_waited_for(tmp_path, monkeypatch):
    """Each byte comes in time, and the file does not."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
                with contextlib.suppress(OSError):
                    while not done.wait(0.05):
                        connection.sendall(b"a")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        started = time.monotonic()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/file"
        refused(url, tmp_path, r"bytes came in 0\.3 s, too slow", timeouts=Timeouts(connect=1, read=1, file=0.3))
        assert time.monotonic() - started < 2
        done.set()
        thread.join()


def test_what_was_there_is_kept_on_failure(serve, tmp_path):
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(QuantshiftError):
        get(serve({}) + "/file", tmp_path)
    assert (tmp_path / "file").read_bytes() == b"before"
