"""Architectures and their options."""

from collections.abc import Iterator

from quantshift import members
from quantshift.configuration.names import one_of
from quantshift.configuration.schema import violations
from quantshift.study import Config


def wrong_architectures(config: Config) -> Iterator[str]:
    """Yield a line for each architecture that is not known, and for each option that it does not have."""
    for name, options in config["architectures"].items():
        key = f"architectures.{name}"
        mistakes = list(one_of(key, name, members.names("architectures")))
        yield from mistakes
        if not mistakes:
            own = members.constants(f"architectures/{name}").get("OPTIONS", {})
            schema = {"properties": own, "additionalProperties": False}
            yield from violations(options, schema, ("architectures", name))
            artifact = members.constants(f"architectures/{name}").get("PRETRAINED")
            if options.get("pretrained") is True and artifact not in config["artifacts"]:
                yield f"artifacts.{artifact} is missing: {key}.pretrained is read from it"
