"""The keys of `datasets.<name>` and `suites.<name>`."""

from typing import Annotated, Literal

from pydantic import Field

from quantshift.configuration.model.values import Name, Reference, References, Section, Seeds, Unique, key

MAX_INPUTS = 1_000_000_000
Severities = Annotated[list[Annotated[int, Field(ge=0, le=5)]], Field(max_length=5), *Unique]


class Dataset(Section):
    """The keys of a data set."""

    architectures: References = key("architectures to train on it", min_length=1, reruns="the new one's models onward")
    suites: References = key(
        "suites of shifts to evaluate its models on, from the keys of `suites`", reruns="the new suite's cells"
    )
    validation: int = key(
        "training inputs set aside for validation. Detectors are fitted on them: a threshold for a TPR of 95 % needs "
        "19 disagreements among them, which takes 19,000 inputs where 0.1 % disagree. Training uses only the first "
        "2,000 of them. Those of `iwildcam` come from its own split `id_val`. Near-duplicates of inputs set aside "
        "(from the same burst, or emoji that are drawn nearly alike) are left out of the training data",
        ge=2,
        le=MAX_INPUTS,
        reruns="the data set onward",
    )
    calibration: int = key(
        "training inputs set aside for calibration. Near-duplicates of them are left out of the training data",
        ge=1,
        le=MAX_INPUTS,
        reruns="the data set onward",
    )
    train_limit: int | None = key(
        "number of training inputs used; `null`: all", ge=1, le=MAX_INPUTS, reruns="the data set onward"
    )
    test_limit: int | None = key(
        "number of test inputs used (the first ones); `null`: all. A shift to other data, such as `digits` or "
        "`tweets`, has at most as many inputs: a random sample, except that `vendor` takes the first ones, which are "
        "the emoji of the clean test set",
        ge=1,
        le=MAX_INPUTS,
        reruns="the data set onward",
    )
    shift_limit: int | None = key(
        "number of test inputs to which each generated or archived shift is applied, a random sample; `null` or left "
        "out: all. Each shift has its own sample, which its severities share. The sample depends only on the "
        "names of the data set and the shift, so adding a shift to the config does not change the others",
        default=None,
        ge=1,
        le=MAX_INPUTS,
        reruns="the data set's generated and archived shifts onward",
    )
    methods: References | None = key(
        "its own training methods, in place of `study.methods`; `null` or left out: those of `study.methods`",
        default=None,
        min_length=1,
        reruns="the new method's models onward",
    )
    seeds: Seeds | None = key(
        "its own repetitions, in place of `study.seeds`; `null` or left out: those of `study.seeds`",
        default=None,
        reruns="the new seed's models onward",
    )


class Suite(Section):
    """The keys of a suite of shifts."""

    collection: Reference = key(
        "suite that provides the shifts, if the name is one of your own. This way two data sets can have the same "
        "shifts at different severities",
        default=None,
        reruns="the suite's test sets onward",
    )
    source: Literal["generated", "archive"] = key(
        "generated here (the default) or read from the published archive",
        default="generated",
        reruns="the suite's test sets onward",
    )
    shifts: dict[Name, Severities] = key(
        "for each shift, its severities, 1 to 5, or 0 for a shift with one level. `[]` leaves the shift out",
        reruns="that suite's predictions",
    )
