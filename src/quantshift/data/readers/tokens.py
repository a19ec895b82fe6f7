"""Texts as tokens of a Hugging Face tokenizer, padded on access."""

import importlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.npy import unreadable
from quantshift.data.readers.text_options import IDS, MASK, POSITIONS, TextOptions

# Bytes of a tokenizer.json; those of multilingual models have about 35 million.
MAX_BYTES = 256 << 20
# Texts that are encoded at a time.
BLOCK = 1000
PAD_TOKENS = ("[PAD]", "<pad>", "<PAD>", "<|pad|>")


@dataclass(frozen=True)
class Padding:
    """How short texts are padded.

    Attributes:
        token: id of the token for padding.
        segment: segment of the padding.
        left: whether it comes before the text.
    """

    token: int
    segment: int
    left: bool


@dataclass(frozen=True)
class Tokens:
    """Tokens of n texts without padding, one text after the other.

    Attributes:
        ids: int32, token ids of all texts.
        segments: int32, segments of all tokens.
        starts: int64 [n + 1], where each text starts, and the end.
        length: tokens of a padded text.
        padding: how texts are padded.
    """

    ids: NDArray[np.int32]
    segments: NDArray[np.int32]
    starts: NDArray[np.int64]
    length: int
    padding: Padding

    def padded(self, rows: NDArray[np.int64], role: str) -> NDArray[np.int64]:
        """Return what an input takes for the texts at `rows`, int64 [k, length]."""
        lengths = (self.starts[rows + 1] - self.starts[rows])[:, None]
        # Positions within each text; negative in padding on the left.
        places = np.arange(self.length) - (self.length - lengths if self.padding.left else 0)
        inside = (places >= 0) & (places < lengths)
        if role == MASK:
            return inside.astype(np.int64)
        if role == POSITIONS:
            return np.where(inside, places, 0) if self.padding.left else np.tile(np.arange(self.length), (len(rows), 1))
        values, fill = (self.ids, self.padding.token) if role == IDS else (self.segments, self.padding.segment)
        found = values[np.where(inside, self.starts[rows][:, None] + places, self.starts[rows][:, None])]
        return np.where(inside, found, fill).astype(np.int64)


class TokenRows:
    """What one input of a model takes for texts, as a lazy array int64 [n, length].

    Args:
        tokens: the tokens of all texts.
        role: what the input takes (see `text_options`).
        rows: int64 [n], positions of the texts; None for all.
    """

    dtype: np.dtype[Any] = np.dtype(np.int64)

    def __init__(self, tokens: Tokens, role: str, rows: NDArray[np.int64] | None = None) -> None:
        """Store the tokens; nothing is padded yet."""
        self.tokens, self.role = tokens, role
        self.rows = np.arange(len(tokens.starts) - 1) if rows is None else rows

    @property
    def shape(self) -> tuple[int, int]:
        """Return (n, length)."""
        return len(self.rows), self.tokens.length

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.rows)

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        """Pad one text after the other."""
        return (self[row] for row in range(len(self)))

    def __getitem__(self, index: Any) -> NDArray[np.int64]:
        """Pad one text (an index) or several (a slice or index array)."""
        rows = self.rows[index]
        return self.tokens.padded(np.atleast_1d(rows), self.role).reshape(*np.shape(rows), self.tokens.length)

    def select(self, index: Any) -> "TokenRows":
        """Return some of the texts, without padding them."""
        return TokenRows(self.tokens, self.role, self.rows[index])


class Encoder:
    """A tokenizer that truncates texts.

    Args:
        options: the tokenizer's file and the length.

    Raises:
        QuantshiftError: the file is missing or is no tokenizer, or the length has no room for a text.
    """

    def __init__(self, options: TextOptions) -> None:
        """Read the tokenizer."""
        # A job uses as many cores as its Snakemake rule states, which is one for data.
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        path = options.tokenizer
        try:
            # Not an import statement, because tokenizers is not a dependency: only texts need it.
            tokenizers: Any = importlib.import_module("tokenizers")
        except ImportError as error:
            raise QuantshiftError(
                f"{path} needs the package tokenizers, which is missing: pip install 'quantshift[texts]'"
            ) from error
        try:
            if path.stat().st_size > MAX_BYTES:
                raise QuantshiftError(f"{path} has more than {MAX_BYTES} bytes: expected a tokenizer.json")
            content = path.read_bytes()
        except OSError as error:
            raise unreadable(path, "tokenizer.json", error) from error
        self.options = options
        try:
            self._tokenizer: Any = tokenizers.Tokenizer.from_buffer(content)
            truncation: dict[str, Any] = self._tokenizer.truncation or {}
            self._tokenizer.enable_truncation(options.length, direction=truncation.get("direction", "right"))
            declared: dict[str, Any] = self._tokenizer.padding or {}
            self._tokenizer.no_padding()
            self._special = len(self._tokenizer.encode("").ids)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # the library raises plain exceptions, and panics that are not exceptions
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise QuantshiftError(
                f"{path} is not a tokenizer.json that can be used with {options.length} tokens ({reason}): save the "
                "tokenizer of your model with tokenizer.save_pretrained of transformers"
            ) from error
        if self._special >= options.length:
            raise QuantshiftError(
                f"{path} adds {self._special} tokens to each text, so a length of {options.length} has no room for the "
                "text: choose a larger one (--length, or texts.length in the config)"
            )
        self._padding = self._declared_padding(declared)

    def _declared_padding(self, declared: dict[str, Any]) -> Padding | None:
        """Return the padding of the options or of the tokenizer, or None if no token for it is known."""
        left = declared.get("direction") == "left"
        segment = int(declared.get("pad_type_id", 0))
        if self.options.pad_token is not None:
            token = self._tokenizer.token_to_id(self.options.pad_token)
            if token is None:
                raise QuantshiftError(
                    f"{self.options.tokenizer} has no token {self.options.pad_token!r} for padding: name a token "
                    "that it has (texts.pad_token in the config)"
                )
            return Padding(token, segment, left)
        if "pad_id" in declared:
            return Padding(int(declared["pad_id"]), segment, left)
        known = (self._tokenizer.token_to_id(token) for token in PAD_TOKENS)
        token = next((token for token in known if token is not None), None)
        return None if token is None else Padding(token, segment, left)

    def encode(self, texts: Sequence[str], where: str) -> Tokens:
        """Return the tokens of texts.

        Args:
            texts: at least one text.
            where: file and column in messages.

        Raises:
            QuantshiftError: a text has no tokens, or is short and no token for padding is known.
        """
        ids: list[NDArray[np.int32]] = []
        segments: list[NDArray[np.int32]] = []
        lengths = np.empty(len(texts), dtype=np.int64)
        for start in range(0, len(texts), BLOCK):
            encodings = self._tokenizer.encode_batch(list(texts[start : start + BLOCK]))
            lengths[start : start + len(encodings)] = [len(encoding.ids) for encoding in encodings]
            ids.append(np.concatenate([np.array(encoding.ids, dtype=np.int32) for encoding in encodings]))
            segments.append(np.concatenate([np.array(encoding.type_ids, dtype=np.int32) for encoding in encodings]))
        if not lengths.all():
            raise QuantshiftError(
                f"{where} has no tokens in row {int(lengths.argmin())} (counted from 0): leave out empty texts"
            )
        length = self.options.length
        if self._padding is None and lengths.min() < length:
            raise QuantshiftError(
                f"{self.options.tokenizer} names no token for padding, but {where} has texts of fewer than {length} "
                "tokens: state which token to pad with (texts.pad_token in the config)"
            )
        starts = np.concatenate([[0], np.cumsum(lengths)])
        padding = self._padding or Padding(0, 0, False)
        return Tokens(np.concatenate(ids), np.concatenate(segments), starts, length, padding)
