"""Data embedded in a page cannot close their element."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.report.embedding import embedded, script

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>",
    "\u2028\u2029",
    "&lt;",
    "\ud800"[:0],
    "'\"`${x}",
]


class Scripts(HTMLParser):
    """Collects the tags and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.inside = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.inside += data


@given(
    st.recursive(
        st.text() | st.sampled_from(HOSTILE), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_embedded_json_is_one_element_and_round_trips(value):
    parser = Scripts()
    parser.feed(f'<script type="application/json">{embedded(value)}</script>')
    parser.close()
    assert parser.tags == ["script"]
    assert json.loads(parser.inside) == value


def test_nan_is_rejected():
    with pytest.raises(ValueError, match="JSON"):
        embedded(float("nan"))


@pytest.mark.parametrize("code", ["x = '</script>'", "x = '</SCRIPT >'", "// <!-- "])
def test_a_script_cannot_close_its_element(code):
    with pytest.raises(ValueError, match="script"):
        script(code)
