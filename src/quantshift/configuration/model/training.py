"""The keys that every `training.<dataset>.<method>` has."""

from typing import Literal

from quantshift.configuration.model.values import Reference, Section, key

RERUNS = "that method's models onward"


class Augmentation(Section):
    """Random changes of training images (He et al., arXiv 1512.03385, section 4.2)."""

    crop_padding: int = key(
        "pixels of zeros around each training image, out of which a window of the original size is cut at random",
        ge=0,
        le=256,
        reruns=RERUNS,
    )
    horizontal_flip: bool = key("whether half of the training images, drawn at random, are mirrored", reruns=RERUNS)


class Training(Section, extra="allow"):
    """The hyperparameters of every training method; a method's file defines additional ones."""

    epochs: int = key("passes over the training inputs; each writes a line to the log", ge=1, le=100_000, reruns=RERUNS)
    batch_size: int = key("training inputs per step; more would not fit into memory", ge=1, le=65_536, reruns=RERUNS)
    learning_rate: float = key(
        "Adam's initial learning rate, which is about how far each step moves each weight", gt=0, le=10, reruns=RERUNS
    )
    schedule: Literal["constant", "cosine"] = key("course of the learning rate", reruns=RERUNS)
    threads: int = key(
        "threads of torch on the CPU, at most the cores of a large machine; their number changes the last digits of "
        "sums. It is therefore part of the config and does not depend on the machine",
        ge=1,
        le=512,
        reruns=RERUNS,
    )
    augmentation: Augmentation = key("random changes of training images", default=None)
    start_from: Reference = key("method whose trained weights are the initial weights", default=None, reruns=RERUNS)
