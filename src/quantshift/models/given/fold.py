"""Constants that are computed once, by onnxruntime itself, rather than at each run.

Its basic optimizations do so, and also fold batch normalization into convolutions and remove operators without effect.
They use ONNX's own operators alone, so the result can be quantized.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import onnx
from onnx import ModelProto

from quantshift.core.errors import QuantshiftError

PROGRAM = (sys.executable, "-m", "quantshift.models.given.fold_file")
# Optimizers that are left out, by attempt.
ATTEMPTS: tuple[tuple[str, ...], ...] = ((), ("ConstantFolding",))


class OptimizerError(QuantshiftError):
    """onnxruntime cannot open the model, whatever is optimized."""


def fold(model: ModelProto, file: Path) -> ModelProto | None:
    """Return a model with its constants computed; None if onnxruntime's optimizer fails on it.

    Args:
        model: the model.
        file: the user's file, for messages.

    Raises:
        OptimizerError: onnxruntime cannot open the model, whatever is optimized.
        QuantshiftError: the temporary folder is full.
    """
    try:
        with TemporaryDirectory() as folder:
            source, target = Path(folder) / "source.onnx", Path(folder) / "folded.onnx"
            source.write_bytes(model.SerializeToString())
            for disabled in ATTEMPTS:
                if _succeeds(source, target, *disabled):
                    return onnx.load(target)
            if not _succeeds(source):
                raise OptimizerError(
                    f"{file} cannot be prepared: onnxruntime's optimizer fails on its graph; export it again with "
                    "another opset"
                )
    except OSError as error:
        raise QuantshiftError(
            f"{file} cannot be prepared in {gettempdir()} ({error.strerror}): free some space there, or set TMPDIR to "
            "a folder with free space"
        ) from error
    return None


def _succeeds(source: Path, *arguments: Path | str) -> bool:
    """Return whether the program ends without an error or a crash."""
    command = [*PROGRAM, str(source), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
