"""Yelp reviews as the user has them: a file in the layout of Zhang, Zhao and LeCun's Yelp polarity data.

Source: Character-level convolutional networks for text classification, NIPS 2015 (arXiv 1509.01626). Each line is a
label in quotes ("1" negative, "2" positive), a comma and the review in quotes, with quotes doubled and line ends as
``\\n``. Yelp forbids handing the reviews on, so there is no origin but the user's own file; a part of it will do.
"""

from quantshift.fetching.origin import Origin, OwnFile, UserFiles

PRIVATE = True  # its content is the user's own, and known by no checksum: it is not shared through a cache

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=(OwnFile("test.csv"),), licence="Yelp Dataset User Agreement"),
}
