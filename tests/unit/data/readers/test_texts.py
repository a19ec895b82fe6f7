"""Texts become tokens as the tokenizer's own library pads and truncates them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.from_texts import encode
from quantshift.data.readers.read import read
from quantshift.data.readers.text_options import TextOptions
from quantshift.storage.arrays import Rows

WORDS = ["good", "bad", "film", "the", "a"]
VOCABULARY = {token: number for number, token in enumerate(["[UNK]", "[CLS]", "[SEP]", "[PAD]", *WORDS])}
TEXTS = st.lists(st.lists(st.sampled_from([*WORDS, "unknown"]), max_size=9).map(" ".join), min_size=1, max_size=20)
BERT = [ModelInput(name, "int64", (None, )) for name in ("input_ids", "attention_mask", "token_type_ids")]  # fmt: skip


def tokenizer(special=True, vocabulary=VOCABULARY):
    result = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    result.pre_tokenizer = pre_tokenizers.Whitespace()
    if special:
        result.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
        )
    return result


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("bert") / "tokenizer.json"
    tokenizer().save(str(path))
    return path


@pytest.fixture
def reviews(tmp_path):
    path = tmp_path / "reviews.csv"
    path.write_text('text,label,group\n"the good, film",1,u\nbad,0,v\n"",1,u\n', encoding="utf-8")
    return path


@given(TEXTS, st.integers(3, 8), st.sampled_from(["right", "left"]))
@settings(max_examples=50)
def test_padding_and_truncation_are_those_of_the_library(tmp_path_factory, texts, length, direction):
    own = tokenizer()
    own.enable_padding(direction=direction, pad_id=3, pad_type_id=1, length=length)
    own.enable_truncation(length, direction=direction)
    path = tmp_path_factory.mktemp("t") / "tokenizer.json"
    own.save(str(path))
    rows = encode(texts, "a.csv", BERT, TextOptions(path, length))
    expected = own.encode_batch(texts)
    assert rows["input_ids"][:].tolist() == [encoding.ids for encoding in expected]
    assert rows["attention_mask"][:].tolist() == [encoding.attention_mask for encoding in expected]
    assert rows["token_type_ids"][:].tolist() == [encoding.type_ids for encoding in expected]


def test_a_csv_file_of_texts(reviews, saved):
    data = read(reviews, BERT[:2], texts=TextOptions(saved, 5))
    assert data.modality == "text"
    assert all(isinstance(rows, Rows) for rows in data.inputs.values())
    assert data.inputs["input_ids"][:].tolist() == [[1, 7, 4, 0, 2], [1, 5, 2, 3, 3], [1, 2, 3, 3, 3]]
    assert data.inputs["attention_mask"][1].tolist() == [1, 1, 1, 0, 0]
    assert data.inputs["input_ids"].dtype == np.int64
    assert data.labels.values.tolist() == [1, 0, 1]
    assert data.clusters().tolist() == [0, 1, 0]
    assert data.origins[0] == ("reviews.csv", 0, "the good, film")
    assert data.select(np.array([1])).inputs["input_ids"][:].tolist() == [[1, 5, 2, 3, 3]]
    assert data.inputs["input_ids"].select(slice(1, None))[np.array([1, 0])].tolist() == [
        [1, 2, 3, 3, 3],
        [1, 5, 2, 3, 3],
    ]


def test_inputs_are_recognized_by_name_or_by_option(reviews, saved):
    inputs = [
        ModelInput("serving_default_input_ids:0", "int32", (5,)),
        ModelInput("m", "float32", (5,)),
        ModelInput("position_ids", "int64", (5,)),
    ]
    data = read(reviews, inputs, texts=TextOptions(saved, 5, {"m": "attention_mask"}))
    assert data.inputs["serving_default_input_ids:0"][:].dtype == np.int32
    assert data.inputs["m"][1].tolist() == [1, 1, 1, 0, 0]
    assert data.inputs["position_ids"][0].tolist() == [0, 1, 2, 3, 4]
    assert list(read(reviews, [ModelInput("words", "int64", (5,))], texts=TextOptions(saved, 5)).inputs) == ["words"]
    with pytest.raises(QuantshiftError, match="the model's input 'm' is none of input_ids, attention_mask"):
        read(reviews, inputs, texts=TextOptions(saved, 5))
    with pytest.raises(QuantshiftError, match="'mask' is not an input of the model"):
        read(reviews, inputs, texts=TextOptions(saved, 5, {"mask": "attention_mask"}))
    with pytest.raises(QuantshiftError, match="no input of the model takes token ids"):
        read(reviews, BERT[1:], texts=TextOptions(saved, 5))
    with pytest.raises(QuantshiftError, match=r"the length 6 of texts has samples of shape \[6\].*takes \[5\]"):
        read(reviews, inputs[:1], texts=TextOptions(saved, 6))


def test_options_and_columns_that_cannot_be(reviews, saved, tmp_path):
    with pytest.raises(QuantshiftError, match="adds 2 tokens to each text, so a length of 2 has no room"):
        read(reviews, texts=TextOptions(saved, 2))
    with pytest.raises(QuantshiftError, match="length is 0"):
        TextOptions(saved, 0)
    with pytest.raises(QuantshiftError, match="is 'mask', expected one of input_ids"):
        TextOptions(saved, 5, {"m": "mask"})
    with pytest.raises(QuantshiftError, match="no column 'review', only 'text', 'label', 'group'"):
        read(reviews, texts=TextOptions(saved, 5, column="review"))
    with pytest.raises(QuantshiftError, match=r"none\.json is missing"):
        read(reviews, texts=TextOptions(tmp_path / "none.json", 5))


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"model": {"type": "BPE", "vocab": 3}}', "\0"])
def test_files_that_are_no_tokenizer_are_rejected(reviews, tmp_path, content):
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(
        QuantshiftError, match=r"tokenizer\.json is not a tokenizer\.json that can be used.*save_pretrained"
    ):
        read(reviews, texts=TextOptions(tmp_path / "tokenizer.json", 5))


def test_a_tokenizer_without_padding_needs_a_token(reviews, tmp_path):
    path = tmp_path / "tokenizer.json"
    tokenizer(vocabulary={token: place for token, place in VOCABULARY.items() if token != "[PAD]"}).save(str(path))
    with pytest.raises(
        QuantshiftError, match=r"names no token for padding, but .*reviews\.csv.* has texts of fewer than 5"
    ):
        read(reviews, texts=TextOptions(path, 5))
    padded = read(reviews, texts=TextOptions(path, 5, pad_token="[SEP]")).inputs
    assert padded["input_ids"][1].tolist() == [1, 5, 2, 2, 2]
    assert padded["attention_mask"][1].tolist() == [1, 1, 1, 0, 0]
    with pytest.raises(QuantshiftError, match=r"has no token '<none>' for padding"):
        read(reviews, texts=TextOptions(path, 5, pad_token="<none>"))


def test_texts_without_tokens_are_rejected(reviews, tmp_path):
    path = tmp_path / "tokenizer.json"
    tokenizer(special=False).save(str(path))
    with pytest.raises(QuantshiftError, match="has no tokens in row 2"):
        read(reviews, texts=TextOptions(path, 5))
