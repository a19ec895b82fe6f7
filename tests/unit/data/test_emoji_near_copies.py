"""Groups of emoji that are drawn nearly alike."""

import pytest

from quantshift.data.sources.emoji_motifs import motif
from quantshift.data.sources.emoji_near_copies import GROUPS, group

CLOCKS = [f"{0x1F550 + number:04X}" for number in range(24)]
KEYCAPS = [f"{ord(character):04X}-20E3" for character in "#*0123456789"]


def test_each_member_is_a_motif_of_one_group():
    members = [member for motifs in GROUPS for member in motifs.split()]
    assert len(set(members)) == len(members)
    assert [motif(member) for member in members] == members
    assert all(len(motifs.split()) > 1 for motifs in GROUPS)


@pytest.mark.parametrize("motifs", [CLOCKS, KEYCAPS, ["1F1F7-1F1F4", "1F1F9-1F1E9"], ["1F600", "1F642"]])
def test_near_copies_have_one_group(motifs):
    """Clock faces, keycaps, the flags of Romania and Chad, two yellow faces."""
    assert len({group(member) for member in motifs}) == 1


def test_a_motif_without_near_copies_is_its_own_group():
    assert [group(member) for member in ("1F33E", "1F1F8-1F1EA")] == ["1F33E", "1F1F8-1F1EA"]
