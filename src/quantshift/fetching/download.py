"""Download one file over HTTP, with bounds on time and size and a checksum, atomically.

This uses urllib rather than requests, or pooch, which is built on it: requests has its own list of certificates, while
some proxies need the machine's, and it waits for a whole chunk however slowly the bytes arrive, so the time for a file
would be unbounded.
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
    """Seconds to connect, between two pieces of data, for one complete file, and for a package manager."""

    connect: float = 10
    read: float = 30
    file: float = 3600
    package: float = 900


DEFAULT_TIMEOUTS = Timeouts()


class _Connection(http.client.HTTPConnection):
    """A connection with separate timeouts for connecting and reading."""

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
    """Download `url` to `path`, which is written only if the complete file has the checksum `expected`.

    Args:
        url: an http or https address; redirects to other schemes are rejected.
        path: the file to write.
        expected: ``md5:<hex>`` or ``sha256:<hex>``.
        limit: maximum number of bytes.
        timeouts: seconds to wait.

    Raises:
        QuantshiftError: the download failed; the message is one line.
    """
    with atomic(path) as temporary:
        with temporary.open("wb") as file:
            for chunk in _chunks(url, limit, timeouts):
                file.write(chunk)
        checksum.verify(temporary, expected, url)


def _chunks(url: str, limit: int, timeouts: Timeouts) -> Iterator[bytes]:
    """Yield the body of `url`; network errors are raised as QuantshiftError."""
    started = time.monotonic()
    # Only these handlers: the library's default set would follow a redirect to ftp.
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
    # A server that compresses the body would change its checksum.
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
            raise QuantshiftError(f"{url}: the server reports {announced} bytes, more than the limit of {limit}")
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
                raise QuantshiftError(f"{url}: received more than the limit of {limit} bytes")
            if time.monotonic() - started > timeouts.file:
                raise QuantshiftError(f"{url}: received only {received} bytes in {timeouts.file:g} s")
            yield chunk
        if announced is not None and received != announced:
            raise QuantshiftError(f"{url}: the connection ended after {received} of {announced} bytes")


def _failure(url: str, error: Exception) -> QuantshiftError:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return QuantshiftError(f"{url}: no answer in time")
    return QuantshiftError(f"{url}: {str(cause) or type(cause).__name__}")
