"""quantshift: does a quantized model still say what the float model says, on the data it will really meet?"""

__version__ = "0.1.0"
