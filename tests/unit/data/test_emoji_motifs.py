"""The motifs of emoji, derived from their code points."""

import pytest

from quantshift.data.sources.emoji_motifs import FLAGS, GENDERS, motif, repeats

SAME_MOTIF = {
    "running": ("1F3C3", "1F3C3-200D-2640-FE0F", "1F3C3-200D-2642-FE0F-200D-27A1-FE0F", "1F3C3-200D-27A1-FE0F"),
    "farmers": ("1F468-200D-1F33E", "1F469-200D-1F33E", "1F9D1-200D-1F33E", "1F9D1-1F3FF-200D-1F33E"),
    "adults": ("1F468", "1F469", "1F9D1", "1F9D1-1F3FB"),
    "children": ("1F466", "1F467", "1F9D2"),
    "older": ("1F474", "1F475", "1F9D3"),
    "royalty": ("1F934", "1F478", "1FAC5"),
    "pregnancy": ("1F930", "1FAC3", "1FAC4"),
    "christmas": ("1F385", "1F936", "1F9D1-200D-1F384"),
    "dancing": ("1F483", "1F57A"),
    "holding hands": ("1F46B", "1F46C", "1F46D", "1F9D1-200D-1F91D-200D-1F9D1"),
    "kiss": ("1F48F", "1F468-200D-2764-FE0F-200D-1F48B-200D-1F468", "1F469-200D-2764-FE0F-200D-1F48B-200D-1F468"),
    "couple": ("1F491", "1F469-200D-2764-FE0F-200D-1F468"),
    "family": ("1F46A", "1F468-200D-1F467-200D-1F466", "1F9D1-200D-1F9D1-200D-1F9D2"),
    "norway": ("1F1F3-1F1F4", "1F1E7-1F1FB", "1F1F8-1F1EF", "1f1f8-1f1ef"),
    "female sign": ("2640-FE0F", "2640"),
    "male sign": ("2642-FE0F",),
    "arrow": ("27A1-FE0F",),
    "farm": ("1F33E",),
    "sweden": ("1F1F8-1F1EA",),
}


def test_emoji_share_a_motif_only_if_they_show_the_same():
    motifs = {name: {motif(code) for code in codes} for name, codes in SAME_MOTIF.items()}
    assert all(len(codes) == 1 for codes in motifs.values())
    assert len(set.union(*motifs.values())) == len(SAME_MOTIF)


@pytest.mark.parametrize("shown", [*GENDERS.values(), *FLAGS.values()])
def test_a_motif_is_its_own_motif(shown):
    assert motif(shown) == shown


def test_of_equal_drawings_one_stays():
    for other, shown in FLAGS.items():
        assert (repeats(other), repeats(other.lower()), repeats(shown)) == (True, True, False)
    repeated = {
        code: repeats(code) for code in ("1F46A", "1F469-200D-1F466", "1F9D1-200D-1F9D2", "1F9D1-200D-1F9D1-200D-1F9D2")
    }
    assert list(repeated.values()) == [True, True, False, False]


@pytest.mark.parametrize("name", ["running", "farmers", "adults", "christmas", "kiss", "arrow"])
def test_genders_and_directions_stay(name):
    """They are drawn differently: near copies with one source, but not repetitions."""
    assert not any(repeats(code) for code in SAME_MOTIF[name])
