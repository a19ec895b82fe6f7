"""Architectures and their options."""

from collections.abc import Iterator, Mapping
from typing import Any

from quantshift.configuration.member_options import options_model
from quantshift.configuration.names import unknown_name
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.study import Config


def wrong_architectures(config: Config) -> Iterator[str]:
    """Yield a line for each unknown architecture and each wrong option."""
    for name, options in config["architectures"].items():
        key = f"architectures.{name}"
        mistakes = list(unknown_name(key, name, members.names("architectures")))
        yield from mistakes
        if not mistakes:
            schemas = members.constants(f"architectures/{name}").get("OPTIONS", {})
            model = options_model(f"architectures/{name}", "OPTIONS")
            yield from violations(options, model, ("architectures", name))
            yield from pretrained_conflicts(key, options, schemas)
            artifact = members.constants(f"architectures/{name}").get("PRETRAINED")
            if artifact and options.get("pretrained") is True and artifact not in config["artifacts"]:
                yield f"artifacts.{artifact} is missing: {key}.pretrained is read from it"


def pretrained_conflicts(
    key: str, options: Mapping[str, Any], schemas: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a line for each option of a pretrained network that does not match the weights from ImageNet."""
    if options.get("pretrained") is True and "pretrained" in schemas:
        for name, schema in schemas.items():
            required = schema["default"]
            if name != "pretrained" and options.get(name, required) != required:
                yield f"{key}.{name} = {options[name]}: expected {required}, as {key}.pretrained needs it"
