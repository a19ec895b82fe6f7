"""quantshift: does a quantized model still say what the float model says, on the data it will really meet?"""

import os

__version__ = "0.1.0"

# From 1.31 on, onnxruntime starts a thread that sends events about each process and model to its developers, unless
# this variable is set before it is imported. Users decide themselves what they disclose about a study.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
