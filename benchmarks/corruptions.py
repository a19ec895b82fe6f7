"""Compare the images per second that one core corrupts with the package imagecorruptions-imaug, in the same run.

Runs all nineteen corruptions of CIFAR-10-C at severity 3 on 10,000 photographs of 32x32 pixels. Both packages get the
same images, one thread and one core, and the CPU time of the process is measured, so that theirs work on the machine
hardly matters. The peer only supports one image per call and runs for a fixed time; its severities are those of
ImageNet-C, under the same names. Neither package uses ImageMagick's motion blur.

Prints a table, the geometric mean of the ratios and the lowest.
"""

import argparse
import os
import subprocess
import tempfile
import time
import venv
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
PEER = "imagecorruptions-imaug==1.1.5"
SUITE = "shifts/cifar10_c"
SIDE = 32
SEVERITY = 3
REACH_MEAN, REACH_EACH = 10.0, 2.0
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}

# Runs in the peer's environment: reads one corruption per line, prints images per second.
PEER_PROGRAM = """
import sys, time, warnings
import cv2, numpy as np
from imagecorruptions import corrupt
warnings.simplefilter("ignore")
cv2.setNumThreads(0)
images, severity, budget = np.load(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for line in sys.stdin:
    name = line.strip()
    corrupt(images[0], severity=severity, corruption_name=name)  # compile whatever is compiled on first use
    start, done = time.process_time(), 0
    while time.process_time() - start < budget:
        corrupt(images[done % len(images)], severity=severity, corruption_name=name)
        done += 1
    print(done / (time.process_time() - start), flush=True)
"""


def photographs(count: int) -> "NDArray[Any]":
    """Return `count` sections of two photographs, [count, 32, 32, 3] uint8."""
    import cv2
    import numpy as np
    from sklearn.datasets import load_sample_images

    random = np.random.default_rng(0)
    sources = [
        cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for image in load_sample_images().images
    ]
    images = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for image in images:
        source = sources[random.integers(len(sources))]
        row, column = (random.integers(length - SIDE + 1) for length in source.shape[:2])
        image[:] = source[row : row + SIDE, column : column + SIDE]
    return images


def peer_python(folder: Path) -> Path:
    """Return the interpreter of the peer's environment, which is created on first use."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER], check=True)
    return python


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000, help="number of images (default: %(default)s)")
    parser.add_argument("--peer-seconds", type=float, default=2.0, help="seconds per corruption (default: %(default)s)")
    parser.add_argument("--environment", type=Path, default=ROOT / "build" / "corruptions" / "venv")
    arguments = parser.parse_args()
    if arguments.images < 1 or arguments.peer_seconds <= 0:
        parser.error("--images must be 1 or more, --peer-seconds more than 0")
    os.environ.update(ONE_THREAD)  # before numpy is imported
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    import cv2
    import numpy as np

    from quantshift import seeds
    from quantshift.core import members

    cv2.setNumThreads(0)
    images = photographs(arguments.images)
    python = peer_python(arguments.environment)
    print(f"{'corruption':<18} {'images/s':>9} {'peer':>7} {'ratio':>7}")
    ratios = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "images.npy"
        np.save(path, images)
        command: list[str | Path] = [python, "-c", PEER_PROGRAM, path, str(SEVERITY), str(arguments.peer_seconds)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as peer:
            assert peer.stdin is not None
            assert peer.stdout is not None
            for name in members.names(SUITE):
                shift = members.load(SUITE, name)
                start = time.process_time()
                shift.apply(images, SEVERITY, seeds.generator(name))
                ours = len(images) / (time.process_time() - start)
                peer.stdin.write(f"{name}\n")
                peer.stdin.flush()
                theirs = float(peer.stdout.readline())
                ratios.append(ours / theirs)
                print(f"{name:<18} {ours:>9,.0f} {theirs:>7,.0f} {ours / theirs:>6.1f}x", flush=True)
            peer.stdin.close()
    mean = float(np.exp(np.mean(np.log(ratios))))
    print(f"geometric mean {mean:.1f}x (reach {REACH_MEAN:g}x), lowest {min(ratios):.1f}x (reach {REACH_EACH:g}x)")


if __name__ == "__main__":
    main()
