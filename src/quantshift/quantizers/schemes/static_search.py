"""Static integer quantization of the types of operators that change the fewest answers on calibration data.

Some operators in 8 bits ruin some models, such as products with large numbers. `quantshift.quantizers.operator_search`
tries a few sets of types and chooses one; the file's notes state the results.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnx

from quantshift.core.signature import ModelRecord
from quantshift.data.stored_inputs import Inputs
from quantshift.models.notes import write_notes
from quantshift.quantizers.calibration import CalibrationInputs
from quantshift.quantizers.float_operators import float_operators
from quantshift.quantizers.not_applicable import NotApplicableError
from quantshift.quantizers.operator_search import search
from quantshift.quantizers.operator_sets import OperatorSet, operator_sets
from quantshift.quantizers.schemes import static

# Those of `static`, without the operators.
OPTIONS = {
    "activation_type": {
        "enum": ["uint8", "int8", "uint16", "int16"],
        "default": "uint8",
        "description": "integer type of the activations",
    },
    "weight_type": {
        "enum": ["uint8", "int8"],
        "default": "int8",
        "description": "integer type of the weights; int8 saturates on CPUs without VNNI, unless reduce_range is true",
    },
    "per_channel": {"type": "boolean", "default": True, "description": "one weight scale per output channel"},
    "reduce_range": {"type": "boolean", "default": False, "description": "7-bit weights: exact on every CPU"},
    "calibration_method": {
        "enum": ["minmax", "entropy", "percentile"],
        "default": "minmax",
        "description": "how activation ranges are computed from the calibration inputs",
    },
    "calibration_samples": {
        "type": "integer",
        "minimum": 1,
        "maximum": 1000000,
        "default": 100,
        "description": "number of calibration inputs for ranges, at most half of them; sets are compared on the others",
    },
}


def quantize(source: Path, target: Path, options: dict[str, Any], inputs: Inputs, record: ModelRecord) -> None:
    """Write the statically quantized model of the best set of operators; learned ranges are not used.

    Args:
        source: the float32 ONNX file.
        target: the file to write.
        options: the preset's options.
        inputs: stored calibration inputs: some for ranges, the others for the comparison.
        record: the record of the model.

    Raises:
        NotApplicableError: there are too few calibration inputs, or no set works.
    """
    available = min(len(array) for array in inputs.values())
    count = min(options["calibration_samples"], available // 2)
    if count < (record["batch"] or 1):
        raise NotApplicableError(
            f"the search of operators needs calibration inputs for ranges and others for the comparison, but there are "
            f"only {available}"
        )
    model = static.load(source, options)
    every, excluded = static.OPERATORS.split(), float_operators(model, inputs)
    sets = operator_sets(model.graph, every, excluded)
    with TemporaryDirectory() as folder:
        files = {tried: Path(folder) / f"{number}.onnx" for number, tried in enumerate(sets)}
        # The first set has all operators, so its ranges serve the others too.
        ranges = Path(folder) / "ranges.json"

        def write(tried: OperatorSet) -> Path:
            cache = ranges if tried == sets[0] or ranges.exists() else None
            reader = CalibrationInputs(inputs, record, count)
            # onnxruntime changes the model that it gets.
            model = static.load(source, options)
            static.write(model, files[tried], options, reader, tried.operators, excluded, ranges=cache)
            return files[tried]

        held_out = {name: values[count:] for name, values in inputs.items()}
        result = search(sets, write, source, record, held_out)
        quantized = onnx.load(files[result.chosen])
    write_notes(quantized, [result.note()])
    onnx.save(quantized, target)
