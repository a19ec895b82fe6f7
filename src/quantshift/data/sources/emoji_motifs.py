"""The motif of an emoji, derived from its code points, by which near copies of a drawing are recognized.

Source: Unicode Technical Standard #51, which encodes genders, skin colours and directions as sequences.
"""

# Joiner, variation selector, the two gender signs, arrow to the right, and the five skin colours.
MARKS = {"200D", "FE0F", "2640", "2642", "27A1", "1F3FB", "1F3FC", "1F3FD", "1F3FE", "1F3FF"}
# Replacements: men and women by adults, boys and girls by children, older men and women by older adults.
PEOPLE = {
    **dict.fromkeys(("1F468", "1F469"), "1F9D1"),
    **dict.fromkeys(("1F466", "1F467"), "1F9D2"),
    **dict.fromkeys(("1F474", "1F475"), "1F9D3"),
}
# Emoji with separate code points for each gender, or that had them before sequences existed.
GENDERS = {
    **dict.fromkeys(("1F934", "1F478"), "1FAC5"),  # royalty
    **dict.fromkeys(("1F930", "1FAC3"), "1FAC4"),  # pregnancy
    **dict.fromkeys(("1F385", "1F936"), "1F9D1-1F384"),  # Christmas
    "1F57A": "1F483",  # dancing
    **dict.fromkeys(("1F46B", "1F46C", "1F46D"), "1F9D1-1F91D-1F9D1"),  # holding hands
    "1F48F": "1F9D1-2764-1F48B-1F9D1",  # a kiss
    "1F491": "1F9D1-2764-1F9D1",  # a couple
}
FAMILY = "1F46A"
# Flags that are drawn like another flag: territories that use their state's flag, and Sark, where Google draws another.
FLAGS = {
    "1F1E7-1F1FB": "1F1F3-1F1F4",  # Bouvet Island: Norway
    "1F1F8-1F1EF": "1F1F3-1F1F4",  # Svalbard and Jan Mayen: Norway
    "1F1E8-1F1F5": "1F1EB-1F1F7",  # Clipperton Island: France
    "1F1F2-1F1EB": "1F1EB-1F1F7",  # Saint Martin: France
    "1F1E8-1F1F6": "1F1F8-1F1E6",  # Sark: Saudi Arabia
    "1F1E9-1F1EC": "1F1EE-1F1F4",  # Diego Garcia: British Indian Ocean Territory
    "1F1EA-1F1E6": "1F1EA-1F1F8",  # Ceuta and Melilla: Spain
    "1F1ED-1F1F2": "1F1E6-1F1FA",  # Heard and McDonald Islands: Australia
    "1F1FA-1F1F2": "1F1FA-1F1F8",  # United States Outlying Islands: United States
}


def motif(code: str) -> str:
    """Return the code points of an emoji's motif, without gender, skin colour and direction.

    Args:
        code: its code points in hexadecimal, joined by hyphens, as in `emoji.json`.

    >>> motif("1F3C3-200D-2640-FE0F-200D-27A1-FE0F")  # a woman running to the right
    '1F3C3'
    >>> motif("1F468-200D-1F33E") == motif("1F469-200D-1F33E") == motif("1F9D1-200D-1F33E")  # farmers
    True
    >>> motif("2640-FE0F"), motif("1F1F8-1F1EF")  # the sign alone; the flag of Svalbard and Jan Mayen
    ('2640', '1F1F3-1F1F4')
    """
    first, *others = code.upper().split("-")
    parts = [PEOPLE.get(part, part) for part in (first, *(part for part in others if part not in MARKS))]
    if len(parts) > 1 and set(parts) <= set(PEOPLE.values()):
        return FAMILY
    joined = "-".join(parts)
    return GENDERS.get(joined) or FLAGS.get(joined) or joined


def repeats(code: str) -> bool:
    """Return whether vendors draw an emoji like another one: the flags in `FLAGS`, and some families.

    Families of men, women, boys or girls have the drawing of a family of adults and children, all of Twitter's and some
    of Google's.

    >>> repeats("1F1F8-1F1EF"), repeats("1F1F3-1F1F4")
    (True, False)
    >>> repeats("1F468-200D-1F467"), repeats("1F9D1-200D-1F9D2")
    (True, False)
    """
    code = code.upper()
    return code in FLAGS or (motif(code) == FAMILY and any(part in (FAMILY, *PEOPLE) for part in code.split("-")))
