"""Emoji that show different things but are drawn nearly alike, such as clock faces, keycaps and some flags.

If the training data contained one emoji of a group and the test data another, the test would ask for a picture that a
model has seen. So a group is one source, in one part.

Rule: two motifs (see `emoji_motifs`) are near copies if two of Google's drawings of them, as red, green and blue on
white at 32x32 pixels, differ by less than 5 % of full scale. The difference is the mean over the pixels that are not
white in both drawings. A group consists of all motifs that near copies connect. Drawings that differ by more share
their style, but differ in more than a detail. The list below is the rule's result for Google's drawings, so that groups
do not depend on the vendor; a test applies the rule to the package again.
"""

# The motifs of each group.
GROUPS = (
    # yellow faces
    "1F600 1F601 1F603 1F604 1F605 1F606 1F609 1F60A 1F60C 1F60F 1F610 1F611 1F612 1F614 1F615 1F616 1F617 1F618 "
    "1F619 1F61A 1F61E 1F61F 1F620 1F622 1F623 1F626 1F627 1F62C 1F62E 1F62F 1F632 1F634 1F635 1F636 1F641 1F642 "
    "1F643 1F910 1F912 1F925 1F928 1F929 1F92B 1F92D 1F972 1F974 1FAE2 1FAE4 2639 263A",
    # clock faces
    "1F550 1F551 1F552 1F553 1F554 1F555 1F556 1F557 1F558 1F559 1F55A 1F55B 1F55C 1F55D 1F55E 1F55F 1F560 1F561 "
    "1F562 1F563 1F564 1F565 1F566 1F567",
    # white signs on blue squares: arrows, COOL, FREE
    "1F17F 1F192 1F193 1F195 1F196 1F197 1F199 1F201 1F51D 1F524 2139 2194 2195 2196 2197 2198 2199 2611 27A1 2B05 "
    "2B06 2B07",
    # white signs on orange squares: play, pause, record
    "1F53C 1F53D 1F7E7 23CF 23E9 23EA 23EB 23EC 23ED 23EE 23EF 23F8 23F9 23FA 25B6 25C0",
    # keycaps
    "0023-20E3 002A-20E3 0030-20E3 0031-20E3 0032-20E3 0033-20E3 0034-20E3 0035-20E3 0036-20E3 0037-20E3 0038-20E3 "
    "0039-20E3 1F51F",
    # blue flags with the Union Jack
    "1F1E6-1F1E8 1F1E6-1F1EE 1F1E8-1F1F0 1F1EB-1F1F0 1F1EC-1F1F8 1F1F0-1F1FE 1F1F2-1F1F8 1F1F3-1F1FF 1F1F5-1F1F3 "
    "1F1F8-1F1ED 1F1F9-1F1E6 1F1F9-1F1E8 1F1FB-1F1EC",
    # white signs on blue squares: BACK, END, 1234
    "1F202 1F519 1F51A 1F51B 1F51C 1F520 1F521 1F522 1F523",
    # faces of a cat
    "1F431 1F638 1F639 1F63A 1F63C 1F63D 1F63E",
    "1F1E8-1F1F3 1F1ED-1F1F0 1F1FB-1F1F3",
    "1F1EA-1F1EC 1F1EE-1F1F6 1F1FE-1F1EA",
    "1F1EA-1F1ED 1F1EF-1F1F4 1F1F5-1F1F8",
    "1F32B 26AA 2B1C",
    "1F3C5 1F947 1F949",
    "1F508 1F509 1F50A",
    "1F61B 1F61C 1F61D",
    "1F7EA 2626 271D",
    "1F1ED-1F1F3 1F1F3-1F1EE",
    "1F1F7-1F1F4 1F1F9-1F1E9",
    "1F1F7-1F1FA 1F1F8-1F1EE",
    "1F31F 2B50",
    "1F327 1F328",
    "1F329 26C8",
    "1F471 1F9D1-1F9B2",
    "1F47F 1F608",
    "1F494 2764",
    "1F4E4 1F4E5",
    "1F4F1 1F4F3",
    "1F4F7 1F4F8",
    "1F501 1F502",
    "1F505 1F506",
    "1F512 1F513",
    "1F52F 2721",
    "1F534 1F6D1",
    "1F629 1F62B",
    "1F6B9 1F6BA",
    "1F6C0 1F6C1",
    "1F979 1F97A",
    "1F9D1-1F4BC 1F9D1-2695",
    "2603 26C4",
)

_FIRST = {motif: motifs.split()[0] for motifs in GROUPS for motif in motifs.split()}


def group(motif: str) -> str:
    """Return the name of a motif's group: its first motif. A motif without near copies is its own group.

    >>> group("1F555"), group("1F550"), group("1F33E")  # six o'clock, one o'clock, an ear of rice
    ('1F550', '1F550', '1F33E')
    """
    return _FIRST.get(motif, motif)
