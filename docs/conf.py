"""How Sphinx builds the documentation: `make docs` runs it.

Sphinx and not MkDocs, whose themes and plugins change hands: autodoc, intersphinx and cross-references belong to Sphinx
itself, which Python, NumPy and PyTorch have relied on for more than ten years.
"""

import re
from pathlib import Path

from quantshift import __version__

project = "quantshift"
author = "the quantshift authors"
release = version = __version__
root_doc = "index"
exclude_patterns = ["api/modules.rst"]

extensions = ["myst_parser", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
nitpicky = False
# A single pair of backquotes in a docstring marks code.
default_role = "literal"

myst_enable_extensions = ["deflist", "fieldlist"]
myst_heading_anchors = 3

apidoc_modules = [
    {
        "path": "../src/quantshift",
        "destination": "api",
        "max_depth": 2,
        "module_first": True,
        "implicit_namespaces": False,
    }
]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
toc_object_entries = False
add_module_names = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "quantshift"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False

PROJECT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"(``?[^`]+``?)")


def escape(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Escape what reStructuredText would read as markup in docstrings, which use none but backquotes around code."""
    for number, line in enumerate(lines):
        if line.lstrip().startswith((">>>", "...")):
            continue
        parts = CODE.split(line)
        parts[::2] = [re.sub(r"([*|])", r"\\\1", part) for part in parts[::2]]
        # A letter right after a closing backquote, such as a plural s, ends no code in reStructuredText.
        parts[2::2] = [re.sub(r"^(?=\w)", r"\\ ", part) for part in parts[2::2]]
        lines[number] = "".join(parts)


ARRAY = re.compile(
    r"~?(?:numpy\.)?ndarray\[tuple\[~?(?:typing\.)?Any, \.\.\.\], ~?(?:numpy\.)?dtype\[((?:[^\[\]]|\[[^\]]*\])*)\]\]"
)


def shorten(
    app: object, what: str, name: str, obj: object, options: object, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Write signatures as the code has them: arrays as ``NDArray[floating]``, files by their path in the project."""
    signature, returns = (text and ARRAY.sub(r"NDArray[\1]", text) for text in (signature, returns))
    signature = signature and re.sub(r"PosixPath\('([^']*)'\)", r"'\1'", signature).replace(f"{PROJECT}/", "")
    return signature, returns


HEADING = re.compile(r"^(?:quantshift\.)?(\S+) (?:package|module)\n([=-])\2*$", re.MULTILINE)


def plain_headings(app: object) -> None:
    """Write the headings of the generated pages as a reader needs them: ``metrics.accuracy``, and none above lists."""
    for page in (Path(__file__).parent / "api").glob("*.rst"):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"^(?:Submodules|Subpackages)\n-+\n\n", "", text, flags=re.MULTILINE)
        text = text.replace(":maxdepth: 2", ":maxdepth: 1")
        # A class's docstring describes its fields; apidoc would list them again.
        text = re.sub(r"^   :(?:show-inheritance|undoc-members):\n", "", text, flags=re.MULTILINE)
        text = HEADING.sub(lambda found: f"{found[1]}\n{found[2] * len(found[1])}", text)
        page.write_text(text, encoding="utf-8")


def setup(app: object) -> None:
    """Escape docstrings before napoleon reads their sections; rewrite headings when the pages are generated."""
    connect = app.connect  # type: ignore[attr-defined]
    connect("autodoc-process-docstring", escape, priority=400)
    connect("autodoc-process-signature", shorten)
    connect("builder-inited", plain_headings, priority=900)
