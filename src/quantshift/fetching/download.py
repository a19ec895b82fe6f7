"""One file over HTTP: bounded in time and size, checked, whole or not at all.

By urllib, whose opener this sets up, and not by requests or pooch, which is made of it: requests trusts a list of
certificates of its own where a network's proxy needs the machine's, and waits for a whole chunk however slowly it
trickles in, so that the time for a file would not be bounded.
"""

import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import checksum
from quantshift.storage.files import atomic

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Timeouts:
    """Seconds until a connection stands, between two pieces of data, for one whole file, and for a package manager."""

    connect: float = 10
    read: float = 30
    file: float = 3600
    package: float = 900


DEFAULT_TIMEOUTS = Timeouts()


class _Connection(http.client.HTTPConnection):
    """A connection with a short time to connect and a longer one to read."""

    def __init__(self, host: str, *, read: float, **options: Any) -> None:
        super().__init__(host, **options)
        self._read = read

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(self._read)


class _SecureConnection(_Connection, http.client.HTTPSConnection):
    """The same over TLS."""


class _Handler(urllib.request.HTTPHandler):
    def __init__(self, read: float) -> None:
        super().__init__()
        self._connection = partial(_Connection, read=read)

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


class _SecureHandler(urllib.request.HTTPSHandler):
    def __init__(self, read: float) -> None:
        super().__init__()
        self._connection = partial(_SecureConnection, read=read, context=ssl.create_default_context())

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(self._connection, req)


def download(url: str, path: Path, *, expected: str, limit: int, timeouts: Timeouts) -> None:
    """Download `url` to `path`; nothing is at `path` unless the whole file came and has the checksum `expected`.

    Args:
        url: an http or https address; redirects to other schemes are refused.
        path: where the file goes.
        expected: ``md5:<hex>`` or ``sha256:<hex>``.
        limit: the most bytes that are accepted.
        timeouts: seconds to wait.

    Raises:
        QuantshiftError: the file cannot be had; the message says why in one line.
    """
    with atomic(path) as temporary:
        with temporary.open("wb") as file:
            for chunk in _chunks(url, limit, timeouts):
                file.write(chunk)
        checksum.verify(temporary, expected, url)


def _chunks(url: str, limit: int, timeouts: Timeouts) -> Iterator[bytes]:
    """Yield the body of `url`; failures of the network are QuantshiftErrors, those of the caller pass through."""
    started = time.monotonic()
    # Only these handlers: the library's usual set would follow a redirect to ftp.
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Handler(timeouts.read),
        _SecureHandler(timeouts.read),
    ):
        opener.add_handler(handler)
    # A server that packs the body once more would change its checksum.
    request = urllib.request.Request(url, headers={"User-Agent": "quantshift", "Accept-Encoding": "identity"})
    try:
        response = opener.open(request, timeout=timeouts.connect)
    except urllib.error.HTTPError as error:
        error.close()
        raise QuantshiftError(f"{url}: the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _failure(url, error) from error
    assert isinstance(response, http.client.HTTPResponse)
    with response:
        announced = response.length  # read1 counts it down
        if announced is not None and announced > limit:
            raise QuantshiftError(f"{url}: {announced} bytes are announced, more than the limit of {limit}")
        received = 0
        while announced is None or received < announced:
            try:
                chunk = response.read1(_CHUNK)
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise _failure(url, error) from error
            if not chunk:
                break
            received += len(chunk)
            if received > limit:
                raise QuantshiftError(f"{url}: more than the limit of {limit} bytes came")
            if time.monotonic() - started > timeouts.file:
                raise QuantshiftError(f"{url}: {received} bytes came in {timeouts.file:g} s, too slow")
            yield chunk
        if announced is not None and received != announced:
            raise QuantshiftError(f"{url}: the connection ended after {received} of {announced} bytes")


def _failure(url: str, error: Exception) -> QuantshiftError:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return QuantshiftError(f"{url}: no answer in time")
    return QuantshiftError(f"{url}: {str(cause) or type(cause).__name__}")
