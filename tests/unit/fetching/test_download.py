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


def rejects(url, folder, reason, **options):
    with pytest.raises(QuantshiftError, match=reason) as caught:
        get(url, folder, **options)
    assert str(caught.value).startswith(url)
    assert list(folder.iterdir()) == []


def test_a_file_arrives_completely(serve, tmp_path):
    assert get(serve({"/file": BODY}) + "/file", tmp_path) == BODY


def test_a_file_without_a_content_length(serve, tmp_path):
    assert get(serve({"/file": serve.Answer(BODY, headers={"Content-Length": ""})}) + "/file", tmp_path) == BODY


def test_redirects_are_followed(serve, tmp_path):
    moved = serve.Answer(status=302, headers={"Location": "/file"})
    assert get(serve({"/old": moved, "/file": BODY}) + "/old", tmp_path) == BODY


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1/file"])
def test_redirects_to_other_schemes_are_rejected(serve, tmp_path, place):
    moved = serve.Answer(status=302, headers={"Location": place})
    rejects(serve({"/old": moved}) + "/old", tmp_path, "not allowed|unknown url type")


def test_other_schemes_are_rejected(tmp_path):
    (tmp_path / "source").write_bytes(BODY)
    with pytest.raises(QuantshiftError, match="unknown url type: file"):
        get((tmp_path / "source").as_uri(), tmp_path)


def test_a_truncated_file_is_rejected(serve, tmp_path):
    half = serve.Answer(BODY[: len(BODY) // 2], headers={"Content-Length": str(len(BODY))})
    rejects(serve({"/file": half}) + "/file", tmp_path, f"ended after {len(BODY) // 2} of {len(BODY)} bytes")


def test_a_wrong_checksum_is_rejected(serve, tmp_path):
    rejects(serve({"/file": BODY[:-1]}) + "/file", tmp_path, f"expected {CHECKSUM}")


def test_a_missing_file_is_reported(serve, tmp_path):
    rejects(serve({}) + "/file", tmp_path, "the server answered 404 Not Found")


def test_a_content_length_above_the_limit_is_rejected(serve, tmp_path):
    rejects(serve({"/file": BODY}) + "/file", tmp_path, r"reports \d+ bytes, more than the limit of 1000", limit=1000)


def test_a_file_above_the_limit_without_a_content_length_is_rejected(serve, tmp_path):
    no_length = serve.Answer(BODY, headers={"Content-Length": ""})
    rejects(serve({"/file": no_length}) + "/file", tmp_path, "received more than the limit of 1000 bytes", limit=1000)


def test_an_unreachable_port_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        rejects(f"http://127.0.0.1:{reserved.getsockname()[1]}/file", tmp_path, "refused")


def test_a_silent_server_times_out(serve, tmp_path):
    url = serve({"/file": serve.Answer(BODY, silent_seconds=20)}) + "/file"
    started = time.monotonic()
    rejects(url, tmp_path, "no answer in time")
    assert time.monotonic() - started < 5


def test_a_server_that_stalls_midway_times_out(tmp_path, monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # The client receives the first bytes, then nothing more, while the connection stays open.
        def answer():
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            connections.append(connection)

        connections = []
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        rejects(f"http://127.0.0.1:{listener.getsockname()[1]}/file", tmp_path, "no answer in time")
        thread.join()
        for connection in connections:
            connection.close()


def test_a_file_that_trickles_in_times_out(tmp_path, monkeypatch):
    """Each byte arrives in time, but the file does not."""
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
        rejects(url, tmp_path, r"received only \d+ bytes in 0\.3 s", timeouts=Timeouts(connect=1, read=1, file=0.3))
        assert time.monotonic() - started < 2
        done.set()
        thread.join()


def test_a_failure_preserves_an_earlier_file(serve, tmp_path):
    (tmp_path / "file").write_bytes(b"before")
    with pytest.raises(QuantshiftError):
        get(serve({}) + "/file", tmp_path)
    assert (tmp_path / "file").read_bytes() == b"before"
