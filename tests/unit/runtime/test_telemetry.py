"""onnxruntime tells nobody about a study, unless the user lets it."""

import os
import subprocess
import sys

import pytest

PROGRAM = "import os, quantshift, onnxruntime; print(os.environ['ORT_DISABLE_TELEMETRY'])"


@pytest.mark.parametrize(("given", "found"), [(None, "1"), ("0", "0"), ("1", "1")])
def test_telemetry_is_off_unless_it_is_wanted(given, found):
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {} if given is None else {"ORT_DISABLE_TELEMETRY": given}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == f"{found}\n"
