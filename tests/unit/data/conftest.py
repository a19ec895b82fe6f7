import csv

import pytest

from quantshift.data.sources import movie_reviews

LICENCE = "  1 This software and database is being provided to you\n  2 \n"
# Two nouns, an adjective with a marker, a compound and a name; the offsets are arbitrary keys.
DATA = {
    "noun": (
        "00000100 06 n 03 film 0 movie 0 motion_picture 0 001 @ 00000200 n 0000 | a form of entertainment  \n"
        "00000200 06 n 02 film 0 Celluloid 0 000 | a thin sheet  \n"
        "00000300 06 n 0b show 0 a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 spectacle 0 000 | eleven words  \n"
    ),
    "verb": "00000100 36 v 02 film 0 shoot 0 000 01 + 08 00 | make a film  \n",
    "adj": "00000100 00 s 02 galore(ip) 0 plentiful 0 000 | in great numbers  \n",
    "adv": "00000100 02 r 01 alone 0 000 | without others  \n",
}
INDEX = {
    "noun": (
        "film n 2 1 @ 2 1 00000100 00000200  \nmotion_picture n 1 1 @ 1 0 00000100  \nmovie n 1 1 @ 1 1 00000100  \n"
        "spectacle n 1 0 1 0 00000300  \n"
    ),
    "verb": "film v 1 0 1 1 00000100  \nshoot v 1 0 1 1 00000100  \n",
    "adj": "galore a 1 0 1 0 00000100  \nplentiful a 1 0 1 0 00000100  \n",
    "adv": "alone r 1 0 1 0 00000100  \n",
}


@pytest.fixture
def wordnet(tmp_path):
    """A folder with dictionary files in WordNet's format."""
    folder = tmp_path / "results/fetched/wordnet"
    place = folder / "usr/share/wordnet"
    place.mkdir(parents=True)
    for part in DATA:
        (place / f"data.{part}").write_text(LICENCE + DATA[part], encoding="ascii")
        (place / f"index.{part}").write_text(LICENCE + INDEX[part], encoding="ascii")
    return folder


@pytest.fixture
def table(tmp_path):
    """Write the table of the package movie-reviews."""

    def write(rows, columns=("text", "label", "source")):
        path = tmp_path / "package" / movie_reviews.TABLE
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
        return tmp_path / "package"

    return write
