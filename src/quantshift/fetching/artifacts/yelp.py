"""Yelp reviews of the user: a file in the layout of Zhang, Zhao and LeCun's Yelp polarity data.

Source: Character-level convolutional networks for text classification, NIPS 2015 (arXiv 1509.01626). Each line is a
label in quotes ("1" negative, "2" positive), a comma and the review in quotes, with quotes doubled and line ends as
``\\n``. Yelp forbids redistribution, so the only origin is the user's file; a part of the data is sufficient.
"""

from quantshift.fetching.origin import Origin, OwnFile, UserFiles

PRIVATE = True  # it has no known checksum, so it must not be shared through a cache

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=(OwnFile("test.csv"),), licence="Yelp Dataset User Agreement"),
}
