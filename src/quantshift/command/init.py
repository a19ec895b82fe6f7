"""`quantshift init`: an example config for your own models and data."""

from pathlib import Path

import click

from quantshift.command.parameters import FOLDER
from quantshift.configuration.user_files import CONFIG_FILE

EXAMPLE = """\
# Your own models and data. Edit this file, then run, in this folder: quantshift check --directory .
# config/README.md of quantshift describes all keys. Relative paths start in this folder.

study:
  datasets: [] # no model is trained
  methods: [standard]
  quantizers: [static_int8, static_int8_portable, dynamic_int8, weight_int8, float16, static_int8_search]

models: # each is an ONNX file; all are in one report
  my_model:
    file: model.onnx
    data: my_data
    # output: logits # the output with the answers, if it is not clear
    # answers: logits # or probabilities, score, label
    # constants: {dropout_ratio: 0} # inputs that are the same for all samples
    # constant_files: {position_ids: positions.npy}
    # variants: {theirs: int8.onnx} # quantized elsewhere; with study.quantizers: [] only these are compared

data:
  my_data:
    test:
      file: test.npz # or .npy, .csv, .parquet, or a folder of images
      # labels: labels.npy
    # calibration: {file: calibration.npz} # by default a part of the test set
    # shifted:
    #   noisy: {file: noisy.npz, paired: true} # sample i is a changed copy of test sample i
    # shifts: [auto] # corruptions of the test set; or images, features, texts
    # images: {values: imagenet, size: [224, 224]} # for a folder of images
    # texts: {tokenizer: tokenizer.json, length: 128} # for texts

decision: # for each model: ship, do not ship or cannot tell
  accept: 0.01 # share of inputs that a variant may answer differently from float32
  test_sets: shifted # on the shifted data as a whole; or clean; or worst: on each test set
  confidence: 0.95
  gain: size # a smaller file; or speed, or either
  min_quantized: 0 # share of the weights that must be quantized; without any quantized weights, no variant ships
  every_class: true # a test set with labels must have an input of each class
  min_kappa: 0.25 # least agreement of float32 with the labels beyond chance; if lower, check the preprocessing
"""


@click.command(epilog="\b\nExample:\n  quantshift init --directory my-check\n")
@click.option("--directory", type=FOLDER, default=".", help="folder for the file  [default: this folder]")
def init(directory: Path) -> int:
    """Write an example quantshift.yaml, to edit and to run with `quantshift check --directory .`."""
    from quantshift.core.errors import QuantshiftError
    from quantshift.storage.files import write_bytes

    file = directory / CONFIG_FILE
    if file.exists():
        raise QuantshiftError(f"{file} exists already: choose another folder with --directory")
    write_bytes(file, EXAMPLE.encode())
    click.echo(f"wrote {file}: edit it, then run quantshift check --directory {directory}")
    return 0
