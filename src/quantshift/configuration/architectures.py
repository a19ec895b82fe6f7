"""Architectures and their options."""

from collections.abc import Iterator, Mapping
from typing import Any

from quantshift.configuration.member_options import options_model
from quantshift.configuration.names import one_of
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.study import Config


def wrong_architectures(config: Config) -> Iterator[str]:
    """Yield a line for each architecture that is not known, and for each option that it does not have."""
    for name, options in config["architectures"].items():
        key = f"architectures.{name}"
        mistakes = list(one_of(key, name, members.names("architectures")))
        yield from mistakes
        if not mistakes:
            own = members.constants(f"architectures/{name}").get("OPTIONS", {})
            model = options_model(f"architectures/{name}", "OPTIONS")
            yield from violations(options, model, ("architectures", name))
            yield from not_imagenets(key, options, own)
            artifact = members.constants(f"architectures/{name}").get("PRETRAINED")
            if artifact and options.get("pretrained") is True and artifact not in config["artifacts"]:
                yield f"artifacts.{artifact} is missing: {key}.pretrained is read from it"


def not_imagenets(key: str, options: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield a line for each option by which a pretrained network is not the one that ImageNet's weights are of."""
    if options.get("pretrained") is True and "pretrained" in own:
        for name, option in own.items():
            usual = option["default"]
            if name != "pretrained" and options.get(name, usual) != usual:
                weights = f"ImageNet's weights ({key}.pretrained) are of {usual}"
                yield f"{key}.{name} = {options[name]}: {weights}, set it to that"
