"""How texts become a model's inputs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from quantshift.core.errors import QuantshiftError

# What a tokenizer gives for a text: token ids, 1 for tokens and 0 for padding, 0 as the number of the only segment, and
# the positions 0, 1, ...
IDS = "input_ids"
MASK = "attention_mask"
SEGMENTS = "token_type_ids"
POSITIONS = "position_ids"
ROLES = (IDS, MASK, SEGMENTS, POSITIONS)


@dataclass(frozen=True)
class TextOptions:
    """How texts become a model's inputs.

    Attributes:
        tokenizer: a `tokenizer.json` of Hugging Face.
        length: tokens of each text; longer texts are truncated and shorter ones padded.
        inputs: what an input of the model is (`input_ids`, `attention_mask`, `token_type_ids`, `position_ids`), by its
            name; inputs without an entry are recognized by their names.
        pad_token: the token for padding; None for that of the tokenizer.
        column: the column of texts.
    """

    tokenizer: Path
    length: int
    inputs: Mapping[str, str] = field(default_factory=dict)
    pad_token: str | None = None
    column: str = "text"

    def __post_init__(self) -> None:
        """Check the options.

        Raises:
            QuantshiftError: an option has a value that it cannot have.
        """
        if self.length < 1:
            raise QuantshiftError(f"texts: length is {self.length}, expected at least one token")
        for name, role in self.inputs.items():
            if role not in ROLES:
                raise QuantshiftError(f"texts: the input {name!r} is {role!r}, expected one of {', '.join(ROLES)}")


def roles(names: Collection[str], options: TextOptions) -> dict[str, str]:
    """Return what each input of a model is, by its name.

    Args:
        names: names of the inputs that are split by sample; `input_ids` and `attention_mask` if they are empty.
        options: the options, whose `inputs` come first.

    Raises:
        QuantshiftError: an input is not recognized, no input takes token ids, or an option names no input.
    """
    names = names or options.inputs or (IDS, MASK)
    if surplus := [name for name in options.inputs if name not in names]:
        raise QuantshiftError(f"texts: {surplus[0]!r} is not an input of the model, which takes {', '.join(names)}")
    result = {}
    for name in names:
        # TensorFlow's files add a prefix and `:0`. The longest role first, since none contains another.
        role = options.inputs.get(name) or next((role for role in ROLES if role in name), None)
        if role is None and len(names) == 1:
            role = IDS
        if role is None:
            raise QuantshiftError(
                f"the model's input {name!r} is none of {', '.join(ROLES)} by its name: state which one it is "
                "(texts.inputs in the config)"
            )
        result[name] = role
    if IDS not in result.values():
        raise QuantshiftError(
            f"no input of the model takes token ids: state which of {', '.join(names)} does (texts.inputs in the "
            "config)"
        )
    return result
