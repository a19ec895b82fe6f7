"""Measure how long one core takes to generate the sixteen corruptions of MNIST-C at their published severities.

Prints the milliseconds per 1,000 images of each corruption, and the total seconds.
"""

import argparse
import time

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from quantshift import seeds
from quantshift.core import members
from quantshift.shifts.digits import digits
from quantshift.studies.arxiv_2204_04220.severities import severities

SUITE = "mnist_c"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000, help="number of images (default: %(default)s)")
    parser.add_argument(
        "--repeats",
        type=int,
        default=1,
        help="repetitions of each corruption; the fastest counts (default: %(default)s)",
    )
    arguments = parser.parse_args()
    if arguments.images < 1 or arguments.repeats < 1:
        parser.error("--images and --repeats must be 1 or more")
    cv2.setNumThreads(0)
    threadpool_limits(1)

    source, _ = digits.load()
    images = np.resize(source, (arguments.images, *source.shape[1:]))
    print(f"{'corruption':<15} {'severity':>8} {'ms / 1,000 images':>18}")
    total = 0.0
    names = members.names(f"shifts/{SUITE}")
    for name in names:
        shift, severity = members.load(f"shifts/{SUITE}", name), severities()[SUITE, name]
        seconds = []
        for _ in range(arguments.repeats):
            start = time.perf_counter()
            shift.apply(images, severity, seeds.generator(name))
            seconds.append(time.perf_counter() - start)
        total += min(seconds)
        print(f"{name:<15} {severity:>8} {min(seconds) * 1e6 / len(images):>18.1f}")
    print(f"all {len(names)} on {len(images):,} images: {total:.2f} s")


if __name__ == "__main__":
    main()
