"""quantshift: does a quantized model still say what the float model says, on the data it will really meet?"""

import os

__version__ = "0.1.0"

# From 1.31 on, onnxruntime sends events about each process and model to its makers, unless it is told not to before it
# is imported, and has a thread for that. What a study is about is for its user to tell.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
