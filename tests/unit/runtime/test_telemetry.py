"""onnxruntime sends no telemetry unless the user enables it."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import os, quantshift, onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'])"


@pytest.mark.parametrize(("value", "expected"), [(None, "1"), ("0", "0"), ("1", "1")])
def test_telemetry_is_off_unless_the_user_enables_it(value, expected):
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {} if value is None else {"ORT_DISABLE_TELEMETRY": value}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{expected}\n"
