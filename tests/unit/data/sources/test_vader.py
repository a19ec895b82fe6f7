import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import vader


@pytest.fixture
def rated(tmp_path):
    """Write a file of ratings."""

    def write(content):
        folder = tmp_path / "vader/hutto_ICWSM_2014"
        folder.mkdir(parents=True)
        (folder / "tweets_GroundTruth.txt").write_bytes(content)
        return tmp_path / "vader"

    return write


def test_clear_ratings_become_labels(rated):
    lines = [
        "1\t2.7\tso lucky",
        '2\t-0.5\t"not" awesome',
        "3\t0.49\tmeh",
        "4\t-0.4999\tmeh again",
        "5\t0.5\tcaf\u00e9 \x85 ok",
        "6\t-4\tworst",
        "7\t0\tnothing",
    ]
    texts, labels = vader.read(rated("\r\n".join(lines).encode("latin-1")), "tweets")
    assert dict(zip(texts, labels.tolist(), strict=True)) == {
        "so lucky": 1,
        '"not" awesome': 0,
        "caf\u00e9 \x85 ok": 1,
        "worst": 0,
    }


@pytest.mark.parametrize(
    "line", ["1\t2.0", "1\tgood\ttext", "1\t2\ta\tb", "1\tnan\ttext", "1\t4.5\ttext", "<html>", "1,2.0,text"]
)
def test_another_file_is_rejected(rated, line):
    folder = rated(b"1\t2.0\tfine\n" + line.encode())
    with pytest.raises(QuantshiftError, match=r"tweets_GroundTruth\.txt is not VADER's"):
        vader.read(folder, "tweets")


def test_the_message_names_a_missing_file(tmp_path):
    with pytest.raises(QuantshiftError, match=r"tweets_GroundTruth\.txt is missing"):
        vader.read(tmp_path, "tweets")
