"""The order in which the page lists models and variants: the config's, so that what was put first is read first."""

from collections.abc import Callable, Mapping
from typing import Any

from quantshift.core.settings import own_or_studys
from quantshift.report.shipping import Line


def configured(config: Mapping[str, Any]) -> Callable[[Line], tuple[int, ...]]:
    """Return the key that sorts lines by data set, architecture, training method and variant, as the config lists them.

    Args:
        config: the config of the run.
    """
    datasets = config["study"]["datasets"]
    listed = {
        "dataset": datasets,
        "architecture": [name for dataset in datasets for name in config["datasets"][dataset]["architectures"]],
        "method": [
            *config["study"]["methods"],
            *(name for dataset in datasets for name in own_or_studys(config, dataset, "methods")),
        ],
        "variant": config["study"]["quantizers"],
    }
    # A name that is listed twice has its first place.
    places = {key: {name: place for place, name in enumerate(dict.fromkeys(names))} for key, names in listed.items()}
    return lambda line: tuple(places[key][getattr(line, key)] for key in listed)
