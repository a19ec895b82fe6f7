"""Images a second of `evaluate`'s loop against a bare onnxruntime loop, for every variant of one model of the study.

Both run the same session options, batch size and threads, in turns in one process. The bare loop has its float32 data
ready in memory; ours starts from the stored bytes on the disk. Needs the default study's results.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from quantshift.arrays import read_array
from quantshift.files import read_json
from quantshift.inference import INPUT, predict, session
from quantshift.inputs import normalise


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Print a row for each variant."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--model", default="mnist/lenet5/standard/0")
    arguments.add_argument("--inputs", type=int, default=10_000)
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    records = sorted(Path(f"results/inspections/{given.model}").glob("*.json"))
    if not records:
        arguments.error(f"results/inspections/{given.model} is missing: run the default study first (make study)")
    stored = read_array(f"results/datasets/{given.model.split('/')[0]}/test/inputs.npy")[: given.inputs]
    ready = normalise(np.asarray(stored))
    print(f"{'variant':14} {'batch':>5} {'bare/s':>9} {'ours/s':>9} {'ours/bare':>9}")
    for file in records:
        record = read_json(file)
        size = record["batch_size"]
        opened = session(Path(f"results/models/{given.model}/{file.stem}.onnx"), record["threads"])

        def bare(opened=opened, size=size) -> None:
            logits = np.empty((len(ready), opened.get_outputs()[0].shape[1]), dtype=np.float32)
            for start in range(0, len(ready), size):
                logits[start : start + size] = opened.run(None, {INPUT: ready[start : start + size]})[0]

        def ours(opened=opened, size=size) -> None:
            predict(opened, stored, size)

        bare()
        ours()
        pairs = [(seconds(bare), seconds(ours)) for _ in range(given.rounds)]
        rates = [len(ready) / statistics.median(column) for column in zip(*pairs, strict=True)]
        ratio = statistics.median(slow / fast for slow, fast in pairs)
        print(f"{file.stem:14} {size:5} {rates[0]:9.0f} {rates[1]:9.0f} {ratio:9.2f}")


if __name__ == "__main__":
    main()
