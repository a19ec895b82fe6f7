"""What the jobs of a user's own models and data need: an estimate from the sizes of the files."""

from functools import cache
from pathlib import Path

from quantshift.study import Study, files_of

MEGABYTE = 1e6
# Tables are in memory a few times: as texts, as they are stored, and fed. Images and arrays are read in parts.
TABLES, COPIES = (".csv", ".tsv", ".parquet"), 10
# A model and the libraries that run and quantize it.
BASE_MEMORY, MODEL_COPIES = 3_000, 8
# Nothing is known about a model's speed.
MINUTES = 120


def memory(study: Study, dataset: str) -> float:
    """Return the megabytes that a job of a user's own data needs at most."""
    settings = study.config["data"][dataset]
    sets = [files_of(settings, "test", "calibration")]
    sets += [files_of({"test": files}, "test") for files in settings.get("shifted", {}).values()]
    samples = max(sum(size(file) for file in files if file.lower().endswith(TABLES)) for files in sets)
    models = [model for model in study.config["models"].values() if model["data"] == dataset]
    files = [file for model in models for file in (model["file"], *model.get("variants", {}).values())]
    return BASE_MEMORY + (COPIES * samples + MODEL_COPIES * max(size(file) for file in files)) / MEGABYTE


def test_sets(study: Study, dataset: str) -> int:
    """Return the number of a data's test sets."""
    return len(study.all_test_sets(dataset))


@cache
def size(path: str) -> int:
    """Return the bytes of a file; 0 if there is none."""
    return Path(path).stat().st_size if Path(path).is_file() else 0
