"""Checks of presets, their schemes and options."""

from collections.abc import Iterator

from quantshift.configuration.member_options import options_model
from quantshift.configuration.model.inference import Quantizer
from quantshift.configuration.names import unknown_name, unusable_name
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.names import FLOAT32
from quantshift.study import Config


def wrong_quantizers(config: Config) -> Iterator[str]:
    """Yield a line for each preset with an unknown scheme or wrong options."""
    for name, preset in config["quantizers"].items():
        key = f"quantizers.{name}"
        yield from unusable_name(key, name)
        if name == FLOAT32:
            yield f"{key}: {FLOAT32} is the model that quantizers are compared with; choose another name"
        mistakes = list(unknown_name(f"{key}.scheme", preset["scheme"], members.names("quantizers/schemes")))
        yield from mistakes
        if mistakes:
            continue
        constants = members.constants(f"quantizers/schemes/{preset['scheme']}")
        options = constants["OPTIONS"]
        model = options_model(f"quantizers/schemes/{preset['scheme']}", "OPTIONS", Quantizer)
        yield from violations(preset, model, ("quantizers", name))
        if preset["scheme"] == "static" and isinstance(preset.get("operators"), list):
            for operator in preset["operators"]:
                yield from unknown_name(f"{key}.operators", operator, constants["OPERATORS"].split())
        if (
            preset["scheme"] in ("static", "static_search")
            and preset.get("activation_type") == "int8"
            and preset.get("weight_type", options["weight_type"]["default"]) != "int8"
        ):
            yield f'{key}.activation_type = "int8": onnxruntime supports it only with weight_type: int8'
        samples = preset.get("calibration_samples", options.get("calibration_samples", {}).get("default", 0))
        for dataset in config["study"]["datasets"]:
            calibration = config["datasets"].get(dataset, {}).get("calibration", samples)
            if name in config["study"]["quantizers"] and isinstance(samples, int) and samples > calibration:
                yield (
                    f"{key}.calibration_samples = {samples}: datasets.{dataset}.calibration reserves only "
                    f"{calibration} inputs; increase it or use fewer samples"
                )
