"""Checks of the config, before any job: a mistake is told in one line with its key, its value and what was meant."""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from quantshift import members
from quantshift.errors import QuantshiftError
from quantshift.own_settings import own_or_studys
from quantshift.study import FLOAT32, Config

# JSON schema takes 1.0 for an integer; here it would become a path's 1.0, or a count that range() does not take.
STRICT = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
)
Validator = validators.extend(Draft202012Validator, type_checker=STRICT)  # type: ignore[no-untyped-call]

# Names that paths and archives of results give to other things.
RESERVED_SUITES = ("clean", "validation", "sources")

WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def check(config: Config, schema: Path) -> None:
    """Check a merged config against the schema, and then against what this version of quantshift knows.

    Raises:
        QuantshiftError: the config is wrong; one line for each mistake.
    """
    shape = json.loads(schema.read_text(encoding="utf-8"))
    mistakes = (
        list(unwritable(config, ()))
        or list(violations(config, shape, ()))
        or list(unknown(config, shape))
        or list(unfit(config))
    )
    if mistakes:
        # The schema tells a mapping without two of its keys twice.
        raise QuantshiftError("\n".join(f"config: {mistake}" for mistake in dict.fromkeys(mistakes)))


def unwritable(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each key that is not a text, and for each number that is infinite or none: JSON has neither."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield from unwritable(item, (*path, key))
            else:
                yield f"{dotted(path) or 'the config'} has the key {key!r}: expected a text; put it in quotes"
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unwritable(item, (*path, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{dotted(path)} = {value}: expected a finite number"


def violations(value: Any, schema: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each violation of a JSON schema by `value`, which stands at `path` in the config."""
    for error in Validator(schema).iter_errors(value):
        yield from explain(error, dotted((*path, *error.absolute_path)))


def explain(error: ValidationError, key: str) -> Iterator[str]:
    """Yield the lines that tell one violation."""
    rule: Any = error.validator_value
    schema: Any = error.schema
    given: Any = error.instance
    about = f" ({schema['description']})" if "description" in schema else ""
    value = json.dumps(given, ensure_ascii=False, default=str)
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for name in sorted(set(given) - set(known)):
                at = f"{key}.{name}" if key else name
                wrong = json.dumps(given[name], ensure_ascii=False, default=str)
                yield f"{at} = {wrong}: unknown key; {members.hint(name, known)}"
        case "required":
            missing = [name for name in rule if name not in given]
            yield f"{key or 'the config'} lacks the key {', '.join(missing)}"
        case "type":
            wanted = [WORDS[name] for name in ([rule] if isinstance(rule, str) else rule)]
            yield f"{key} = {value}: expected {' or '.join(wanted)}{about}"
        case "enum":
            known = [str(choice) for choice in rule]
            yield f"{key} = {value}: {members.hint(str(given), known)}{about}"
        case "minimum":
            yield f"{key} = {value}: expected at least {rule}{about}"
        case "exclusiveMinimum":
            yield f"{key} = {value}: expected more than {rule}{about}"
        case "maximum":
            yield f"{key} = {value}: expected at most {rule}{about}"
        case "minItems" | "minLength":
            yield f"{key} is empty: expected at least one entry{about}"
        case "uniqueItems":
            yield f"{key} = {value}: an entry stands there twice"
        case "pattern":
            yield f"{key or 'the config'} has the name {value}: expected lower-case letters, digits and underscores"
        case _:
            yield f"{key} = {value}: {error.message}{about}"


def dotted(path: Iterable[str | int]) -> str:
    """Return a path in the config as one reads it: ``study.seeds[1]``.

    >>> dotted(["study", "seeds", 1])
    'study.seeds[1]'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def one_of(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Yield a line when `name`, which stands at `key`, is not among the known names."""
    names = sorted(known)
    if name not in names:
        yield f"{key} = {json.dumps(name)}: unknown; {members.hint(name, names)}"


def unknown(config: Config, shape: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each name that has no member, and for each option that its member does not have."""
    study = config["study"]
    for name in config["artifacts"]:
        yield from one_of(f"artifacts.{name}", name, members.names("fetching/artifacts"))
    yield from wrong_origins(config)
    for name, dataset in config["datasets"].items():
        yield from one_of(f"datasets.{name}", name, members.names("datasets"))
        for architecture in dataset["architectures"]:
            yield from one_of(f"datasets.{name}.architectures", architecture, members.names("architectures"))
        for method in dataset.get("methods") or []:
            yield from one_of(f"datasets.{name}.methods", method, members.names("training/methods"))
        for suite in dataset["suites"]:
            yield from one_of(f"datasets.{name}.suites", suite, config["suites"])
    for name, suite in config["suites"].items():
        yield from unknown_shifts(name, suite)
    for dataset in study["datasets"]:
        yield from one_of("study.datasets", dataset, config["datasets"])
    for method in study["methods"]:
        yield from one_of("study.methods", method, members.names("training/methods"))
    for quantizer in study["quantizers"]:
        yield from one_of("study.quantizers", quantizer, config["quantizers"])
    yield from wrong_architectures(config)
    yield from wrong_training(config, shape)
    yield from wrong_quantizers(config, shape)
    yield from wrong_retraining(config)


def wrong_origins(config: Config) -> Iterator[str]:
    """Yield a line for each origin that an artifact does not have, and for each artifact that is needed and missing."""
    for name in sorted(set(config["artifacts"]).intersection(members.names("fetching/artifacts"))):
        for origin in config["artifacts"][name]:
            yield from one_of(f"artifacts.{name}", origin, members.keys(f"fetching/artifacts/{name}", "ORIGINS"))
    for dataset in sorted(set(config["datasets"]).intersection(members.names("datasets"))):
        artifact = members.constants(f"datasets/{dataset}")["ARTIFACT"]
        if artifact not in config["artifacts"]:
            yield f"artifacts.{artifact} is missing: datasets.{dataset} is read from it"
    for name, suite in config["suites"].items():
        collection = suite.get("collection", name)
        known = collection in members.names("shifts/archives")
        if suite["source"] == "archive" and known and collection not in config["artifacts"]:
            yield f'artifacts.{collection} is missing: suites.{name}.source = "archive" is read from it'
        if suite["source"] == "archive":
            continue
        for shift in sorted(set(suite["shifts"]).intersection(members.names(f"shifts/{collection}"))):
            artifact = members.constants(f"shifts/{collection}/{shift}").get("ARTIFACT")
            if artifact and artifact not in config["artifacts"]:
                yield f"artifacts.{artifact} is missing: suites.{name}.shifts.{shift} is read from it"


def suite_names() -> tuple[str, ...]:
    """Return the sorted names of the suites: the folders of `shifts` whose files are shifts."""
    folders = sorted(folder.name for folder in (members.PACKAGE / "shifts").iterdir() if folder.is_dir())
    return tuple(
        folder
        for folder in folders
        if any(
            "PUBLISHED_SEVERITY" in members.constants(f"shifts/{folder}/{name}")
            for name in members.names(f"shifts/{folder}")
        )
    )


def unknown_shifts(name: str, suite: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each shift that a suite does not have, and each severity that a shift does not have."""
    suites = suite_names()
    if name in RESERVED_SUITES:
        yield f"suites.{name}: the name has a meaning of its own; choose another"
        return
    if "collection" not in suite and name not in suites:
        yield f"suites.{name}: unknown suite; {members.hint(name, suites)}"
        return
    collection = suite.get("collection", name)
    if collection not in suites:
        yield f"suites.{name}.collection = {json.dumps(collection)}: unknown; {members.hint(collection, suites)}"
        return
    known = members.names(f"shifts/{collection}")
    archives = members.names("shifts/archives")
    if suite["source"] == "archive" and collection not in archives:
        yield f'suites.{name}.source = "archive": there is none of {collection}, only of {", ".join(archives)}'
        return
    for shift, severities in suite["shifts"].items():
        key = f"suites.{name}.shifts.{shift}"
        if shift not in known:
            yield f"{key} = {severities}: unknown shift; {members.hint(shift, known)}"
            continue
        about = members.constants(f"shifts/{collection}/{shift}")
        if "PUBLISHED_SEVERITY" not in about:
            file = f"src/quantshift/shifts/{collection}/{shift}.py"
            yield f"{key}: its file {file} lacks PUBLISHED_SEVERITY, a plain number"
            continue
        published = about["PUBLISHED_SEVERITY"]
        allowed = list(range(1, len(about["LEVELS"]) + 1)) if "LEVELS" in about else [0]
        if suite["source"] == "archive":
            allowed = list(members.constants(f"shifts/archives/{collection}").get("SEVERITIES", [published]))
        for severity in severities:
            if severity not in allowed:
                where = " in the archive" if suite["source"] == "archive" else ""
                yield f"{key} = {severities}: {shift} has no severity {severity}{where}; it has {allowed}"


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


def method_settings(method: str, dataset: str) -> dict[str, Any]:
    """Return the schema of a method's own settings: those for texts, where it has such and the data set is of texts."""
    about = members.constants(f"training/methods/{method}")
    texts = dataset in members.names("datasets") and members.constants(f"datasets/{dataset}")["INPUT"] == "text"
    own: dict[str, Any] = about.get("TEXT_SETTINGS", about["SETTINGS"]) if texts else about["SETTINGS"]
    return own


def wrong_training(config: Config, shape: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each training that is missing or that has wrong hyperparameters."""
    common = shape["properties"]["training"]["additionalProperties"]["additionalProperties"]["properties"]
    for dataset, methods in config["training"].items():
        yield from one_of(f"training.{dataset}", dataset, members.names("datasets"))
        for method, settings in methods.items():
            key = f"training.{dataset}.{method}"
            mistakes = list(one_of(key, method, members.names("training/methods")))
            yield from mistakes
            if mistakes:
                continue
            own = method_settings(method, dataset)
            schema = {"properties": {**common, **own}, "required": sorted(own), "additionalProperties": False}
            yield from violations(settings, schema, ("training", dataset, method))
            if start := settings.get("start_from"):
                yield from one_of(f"{key}.start_from", start, methods)
                if methods.get(start, {}).get("start_from"):
                    yield f"{key}.start_from = {json.dumps(start)}: {start} itself starts from another method"
    # Names that are not known have their lines already.
    known = set(members.names("training/methods"))
    for dataset in config["study"]["datasets"]:
        for method in own_or_studys(config, dataset, "methods"):
            if dataset in config["datasets"] and method in known - set(config["training"].get(dataset, {})):
                key = f"datasets.{dataset}.methods" if config["datasets"][dataset].get("methods") else "study.methods"
                yield f"training.{dataset}.{method} is missing: {key} asks for it on {dataset}"


def wrong_quantizers(config: Config, shape: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each preset with an unknown scheme, or with options that its scheme does not have."""
    run = shape["properties"]["quantizers"]["additionalProperties"]["properties"]
    definitions = {"$defs": shape["$defs"]}
    for name, preset in config["quantizers"].items():
        key = f"quantizers.{name}"
        if name == FLOAT32:
            yield f"{key}: {FLOAT32} is the model that quantizers are compared with; choose another name"
        mistakes = list(one_of(f"{key}.scheme", preset["scheme"], members.names("quantizers/schemes")))
        yield from mistakes
        if mistakes:
            continue
        own = members.constants(f"quantizers/schemes/{preset['scheme']}")["OPTIONS"]
        schema = {**definitions, "properties": {**run, **own}, "additionalProperties": False}
        yield from violations(preset, schema, ("quantizers", name))
        if (
            preset["scheme"] == "static"
            and preset.get("activation_type") == "int8"
            and preset.get("weight_type") != "int8"
        ):
            yield f'{key}.activation_type = "int8": onnxruntime takes it with weight_type: int8 alone'
        samples = preset.get("calibration_samples", own.get("calibration_samples", {}).get("default", 0))
        for dataset in config["study"]["datasets"]:
            calibration = config["datasets"].get(dataset, {}).get("calibration", samples)
            if name in config["study"]["quantizers"] and isinstance(samples, int) and samples > calibration:
                yield (
                    f"{key}.calibration_samples = {samples}: datasets.{dataset}.calibration sets {calibration} inputs "
                    "aside; raise it or take fewer samples"
                )


def wrong_retraining(config: Config) -> Iterator[str]:
    """Yield a line for each method, preset and seed of which there are no models to retrain."""
    retraining = config["retraining"]
    if not retraining["protocols"]:
        return
    remedy = "leave it out there, or set retraining.protocols: [] to retrain nothing"
    known = members.names("training/methods")
    methods = of_datasets(config, "methods")
    for method in retraining["methods"]:
        mistakes = list(one_of("retraining.methods", method, known))
        yield from mistakes
        # Names of methods that are not known have their lines already.
        if not mistakes and method not in methods and set(known).issuperset(methods):
            yield f"retraining.methods has {json.dumps(method)}, and the study's models have {methods}: {remedy}"
    for quantizer in retraining["quantizers"]:
        yield from one_of("retraining.quantizers", quantizer, config["quantizers"])
    trained = of_datasets(config, "seeds")
    for seed in retraining["seeds"]:
        if seed not in trained:
            yield f"retraining.seeds has {seed}, and the study's models have the seeds {trained}: {remedy}"


def of_datasets(config: Config, key: str) -> list[Any]:
    """Return the methods or the seeds of all data sets of the study, each data set's own or the study's, sorted."""
    return sorted({value for name in config["study"]["datasets"] for value in own_or_studys(config, name, key)})


def unfit(config: Config) -> Iterator[str]:
    """Yield a line for each architecture and suite that does not take what a data set has, and for splits beyond it."""
    for name, dataset in config["datasets"].items():
        about = members.constants(f"datasets/{name}")
        kind = about["INPUT"]
        for architecture in dataset["architectures"]:
            taken = members.constants(f"architectures/{architecture}")["INPUT"]
            if taken != kind:
                yield f"datasets.{name}.architectures: {architecture} takes {taken} inputs and {name} has {kind} inputs"
        for suite in dataset["suites"]:
            collection = config["suites"][suite].get("collection", suite)
            wanted = members.constants(f"shifts/{collection}/__init__").get("TAKES", {})
            here = {"CHANNELS": about["SHAPE"][0], **about}
            for what in [name for name, value in wanted.items() if here[name] != value][:1]:
                words = told(what, wanted[what]), told(what, here[what])
                yield f"datasets.{name}.suites: {suite} is for {words[0]} and {name} has {words[1]}"
        yield from too_many(name, dataset, about)


def told(what: str, value: Any) -> str:
    """Return a property of a data set in words.

    >>> told("CHANNELS", 3), told("SHAPE", (1, 28, 28)), told("INPUT", "text")
    ('inputs of 3 channels', 'inputs of shape (1, 28, 28)', 'text inputs')
    """
    match what:
        case "INPUT":
            return f"{value} inputs"
        case "CLASSES":
            return f"{value} classes"
        case "CHANNELS":
            return f"inputs of {value} channels" if value != 1 else "inputs of 1 channel"
        case _:
            return f"inputs of {what.lower()} {value}"


def too_many(name: str, dataset: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each split that asks for more inputs than the whole data set has."""
    training, test = about["COUNTS"]
    aside = dataset["calibration"] + (0 if "VALIDATION_COUNT" in about else dataset["validation"])
    if aside >= training:
        yield (
            f"datasets.{name}: validation and calibration set {aside} inputs aside, and there are {training} to train "
            "on: expected smaller numbers"
        )
    for key, most in (("train_limit", training - aside), ("test_limit", test)):
        if aside < training and (dataset[key] or 0) > most:
            yield f"datasets.{name}.{key} = {dataset[key]}: expected at most {most}, which is all there are"
