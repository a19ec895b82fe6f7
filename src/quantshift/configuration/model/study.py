"""The keys of `study` and `retraining`."""

from typing import Annotated, Literal

from pydantic import Field

from quantshift.configuration.model.values import References, Section, Seeds, Unique, key

Protocol = Annotated[
    Literal["published", "held_out", "control"], Field(description="how disagreements are found and counted")
]


class Grid(Section):
    """The keys of `study`."""

    datasets: References = key(
        "data sets, from the keys of `datasets`; none, if you only evaluate your own `models`",
        reruns="the new one's cells, tables, figures",
    )
    methods: References = key(
        "training methods. They are `standard`, `continued`, `qat`, `adversarial` and `mixup`. Data sets with their "
        "own `methods` do not use these",
        min_length=1,
        reruns="the new one's models onward",
    )
    quantizers: References = key(
        "presets, from the keys of `quantizers`; none, if you only compare your own models with their `variants`",
        reruns="the new one's cells, and what compares and measures all presets of a model",
    )
    seeds: Seeds = key(
        "repetitions: each trains every model again. Data sets with their own `seeds`, such as MNIST with its three, "
        "do not use these",
        reruns="the new seed's models onward",
    )
    note: str | None = key(
        "text at the top of the report; `null` or left out: none. An example is the purpose of a model",
        default=None,
        max_length=500,
        reruns="the run's record and the report",
    )


class Retraining(Section):
    """The keys of `retraining`."""

    protocols: Annotated[list[Protocol], *Unique] = key(
        "how disagreements are found and counted; empty: nothing is retrained. See below",
        reruns="the retrained models, the tables",
    )
    methods: References = key(
        "methods of the study whose models are retrained",
        min_length=1,
        reruns="the new one's retrained models",
    )
    quantizers: References = key(
        "presets of the study whose disagreements are added to the training inputs. If the study has none of them, all "
        "of `study.quantizers` are used; other presets are run on the retrained models but add no inputs",
        min_length=1,
        reruns="all retrained models",
    )
    seeds: Seeds = key("seeds of the study whose models are retrained", reruns="the new one's retrained models")
    epochs: int = key(
        "passes over the training inputs and the disagreements (control: training inputs drawn again); each writes a "
        "line to the log. The rest is as in `training.<dataset>.<method>`",
        ge=1,
        le=100_000,
        reruns="all retrained models",
    )
    learning_rate_factor: float = key(
        "factor on the method's learning rate", gt=0, le=1000, reruns="all retrained models"
    )
