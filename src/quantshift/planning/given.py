"""What the jobs of a user's own models and data need: an estimate from the sizes of the files."""

import os
from functools import cache
from pathlib import Path

from quantshift.core.names import GIVEN_SUITE
from quantshift.study import Study, files_of

MEGABYTE = 1e6
# Decoded pixels per byte of an image file.
DECODED = 10
# Samples are in memory a few times: as they are stored, fed and answered.
COPIES = 4
# A model and the libraries that run and quantize it.
BASE_MEMORY, MODEL_COPIES = 3_000, 8
# Nothing is known about a model's speed.
MINUTES = 120


def memory(study: Study, dataset: str) -> float:
    """Return the megabytes that a job of a user's own data needs at most."""
    settings = study.config["data"][dataset]
    sets = [files_of(settings, "test", "calibration")]
    sets += [files_of({"test": files}, "test") for files in settings.get("shifted", {}).values()]
    samples = max(sum(size(file) for file in files) for files in sets)
    models = [model for model in study.config["models"].values() if model["data"] == dataset]
    files = [file for model in models for file in (model["file"], *model.get("variants", {}).values())]
    return BASE_MEMORY + (COPIES * samples + MODEL_COPIES * max(size(file) for file in files)) / MEGABYTE


def test_sets(study: Study, dataset: str) -> int:
    """Return the number of a data's test sets."""
    return 1 + len(study.test_sets(dataset, GIVEN_SUITE))


@cache
def size(path: str) -> int:
    """Return the bytes of a file, or about the bytes of the pixels in a folder; 0 if there is none."""
    if not Path(path).is_dir():
        return Path(path).stat().st_size if Path(path).exists() else 0
    return DECODED * sum(
        os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - a folder may hold 100,000 files
        for folder, _, names in os.walk(path)
        for name in names
    )
