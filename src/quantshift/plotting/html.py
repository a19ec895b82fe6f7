"""Pages of HTML from templates."""

from pathlib import Path

import jinja2


def environment(templates: Path) -> jinja2.Environment:
    """Return an environment whose templates escape names and texts from data, and fail on unknown names.

    Args:
        templates: the folder of the templates.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(templates),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
