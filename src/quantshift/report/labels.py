"""Class names for readers, for the data sets whose labels are class numbers."""

from quantshift.data.sources.emoji import CATEGORIES

CLASSES: dict[str, tuple[str, ...]] = {
    "cifar10": ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    "emoji": CATEGORIES,
    "fashion_mnist": (
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ),
    "imdb": ("negative", "positive"),
}


def classes(dataset: str) -> tuple[str, ...]:
    """Return the names of a data set's classes; empty if its labels are shown as numbers.

    >>> classes("imdb"), classes("mnist")
    (('negative', 'positive'), ())
    """
    return CLASSES.get(dataset, ())
