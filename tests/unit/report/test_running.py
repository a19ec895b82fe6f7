"""The page's entries about the run."""

from quantshift.report.running import origin, sizes, summary

RECORD = {
    "config": {
        "study": {"datasets": ["mnist", "imdb"], "seeds": [0]},
        "datasets": {"mnist": {"seeds": [0, 1, 2]}, "imdb": {}},
    },
    "versions": {"numpy": "2", "altair": "6"},
    "cpu": {"model": "A Processor"},
    "git_revision": None,
    "start": None,
    "end": "2026-01-01T00:00:00+00:00",
    "seconds_by_rule": {
        "shift": {"jobs": 1, "seconds": 2.0, "cpu_seconds": 1.0},
        "train": {"jobs": 2, "seconds": 9.0, "cpu_seconds": 8.0},
    },
}
DETAIL = {
    "dataset": "mnist",
    "splits": {"train": 6000, "validation": 100, "calibration": 10, "test": 500},
    "test_sets": [["clean", "none", 0, 500], ["mnist_c", "fog", 5, 300], ["digits", "digits", 0, 400]],
}


def test_a_data_sets_seeds_override_the_studys():
    assert summary(RECORD, [], [])["seeds"] == {"MNIST": [0, 1, 2], "IMDb": [0]}


def test_the_slowest_rules_come_first():
    assert [name for name, _ in summary(RECORD, [], [])["rules"]] == ["train", "shift"]


def test_the_config_can_be_run_again():
    assert "datasets:\n- mnist\n- imdb\n" in summary(RECORD, [], [])["config"].replace("  ", "")


def test_sizes_are_listed_once_per_data_set():
    (entry,) = sizes([DETAIL, DETAIL])
    assert entry["dataset"] == "MNIST"
    assert (entry["shifted_sets"], entry["fewest"], entry["most"]) == (2, 300, 400)
    (entry,) = sizes([DETAIL | {"test_sets": DETAIL["test_sets"][:1]}])
    assert (entry["shifted_sets"], entry["fewest"], entry["most"]) == (0, 0, 0)


def test_origins_state_where_files_come_from():
    assert (
        origin({"artifact": "mnist", "origin": "home", "address": "https://example.org/"})["where"]
        == "https://example.org/"
    )
    entry = origin({"artifact": "mnist", "origin": "file", "files": {"a.gz": "md5:0"}, "licence": "MIT"})
    assert entry == {
        "artifact": "MNIST",
        "where": "file",
        "licence": "MIT",
        "files": ["a.gz (md5:0)"],
    }
