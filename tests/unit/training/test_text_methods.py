"""Training methods on texts: mixed embeddings and substituted words."""

import json

import numpy as np
import pytest
import torch
from tests.answers import TEXTS
from tests.outcomes import outcome_in
from torch import nn
from torch.nn import functional

from quantshift.models.network import build
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.training.frozen import frozen
from quantshift.training.methods.adversarial import Adversarial
from quantshift.training.methods.mixup import Mixup, mix
from quantshift.training.modalities.adversarial import text
from quantshift.training.train import train
from quantshift.training.word_substitution import nearest, substitute

WORDS, WIDTH, LENGTH = 60, 5, 12
TEXT_SETTINGS = {"attacked_share": 0.5, "substitutions": 4, "neighbours": 6, "warm_up": 0.5}


class Network(nn.Module):
    """A deterministic text model: the mean embedding of the words through a small network."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, WIDTH)
        self.classifier = nn.Sequential(nn.Linear(WIDTH, 8), nn.Tanh(), nn.Linear(8, 2))

    def embed(self, tokens):
        return self.embedding(tokens)

    def classify(self, embedded):
        return self.classifier(embedded.mean(dim=1))

    def forward(self, tokens):
        return self.classify(self.embed(tokens))


@pytest.fixture
def model():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    return Network()


@pytest.fixture
def texts():
    random = np.random.default_rng(0)
    tokens = random.integers(2, WORDS, (32, LENGTH), dtype=np.int32)
    tokens[:8, :9] = 0  # padding, followed by an unknown word
    tokens[:8, 9] = 1
    return torch.from_numpy(tokens), torch.from_numpy(random.integers(0, 2, 32))


def loss(model, tokens, labels):
    with torch.no_grad():
        return functional.cross_entropy(model(tokens), labels, reduction="none")


def test_neighbours_are_the_nearest_other_words(model):
    table = model.embedding.weight.detach()
    words = torch.tensor([[2, 7, 7], [59, 0, 2]])
    neighbours = nearest(table, words, 4)
    distances = torch.cdist(table, table)
    distances[:, :2] = torch.inf
    distances.fill_diagonal_(torch.inf)
    assert torch.equal(neighbours.sort().values, distances[words].topk(4, largest=False).indices.sort().values)


def test_a_small_vocabulary_gives_fewer_neighbours(model):
    assert nearest(model.embedding.weight[:6], torch.tensor([3]), 10).sort().values.tolist() == [[2, 4, 5]]


@pytest.mark.parametrize("count", [1, 3, 12, 100])
def test_a_few_words_are_substituted_and_the_loss_rises(model, texts, count):
    tokens, labels = texts
    changed = substitute(model, tokens, labels, count, 6)
    assert (changed.dtype, changed.shape) == (torch.int32, tokens.shape)
    assert int((changed != tokens).sum(dim=1).max()) <= min(count, LENGTH)
    assert torch.equal(changed < 2, tokens < 2)  # padding and unknown words stay, and no word becomes one
    risen = loss(model, changed, labels) - loss(model, tokens, labels)
    assert float(risen.mean()) > 0
    assert float((risen >= -1e-6).float().mean()) > 0.9


def test_more_substitutions_and_more_neighbours_raise_the_loss_more(model, texts):
    tokens, labels = texts
    losses = [
        float(loss(model, substitute(model, tokens, labels, *limits), labels).mean())
        for limits in ((1, 3), (6, 3), (6, 30))
    ]
    assert losses == sorted(set(losses))


def test_the_best_single_substitution_of_a_linear_model_is_found(model, texts):
    """For a linear model the first-order estimate ranks substitutes correctly, so the best neighbour must be chosen."""
    tokens, labels = texts
    model.classifier = nn.Linear(WIDTH, 2)
    changed = substitute(model, tokens, labels, 1, WORDS)
    for row, before, label in zip(changed[8:], tokens[8:], labels[8:], strict=True):
        (place,) = torch.nonzero(row != before)[:, 0].tolist()
        options = before.repeat(WORDS - 2, 1)
        options[:, place] = torch.arange(2, WORDS)
        assert int(options[loss(model, options, label.repeat(WORDS - 2)).argmax(), place]) == int(row[place])


def test_no_substitutions(model, texts):
    tokens, labels = texts
    assert torch.equal(substitute(model, tokens, labels, 0, 6), tokens)
    assert substitute(model, tokens[:0], labels[:0], 3, 6).shape == (0, LENGTH)


def test_an_attack_does_not_change_the_model(model, texts):
    model.classifier[0].bias.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    substitute(model, *texts, 3, 6)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert [name for name, value in model.named_parameters() if not value.requires_grad] == ["classifier.0.bias"]
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_weights_are_trainable_again_after_an_error(model):
    def attack():
        with frozen(model):
            assert not any(parameter.requires_grad for parameter in model.parameters())
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        attack()
    assert all(parameter.requires_grad for parameter in model.parameters())


def adversarial(**changes):
    return Adversarial(TEXT_SETTINGS | changes, np.random.default_rng(0), text)


@pytest.mark.parametrize(("share", "attacked"), [(0.5, 16), (0.25, 8), (1.0, 32)])
def test_only_the_attacked_share_of_the_batch_changes(model, texts, share, attacked):
    tokens, labels = texts
    method = adversarial(attacked_share=share)
    changed = method.attack(model, tokens, labels, *method.draw(tokens, 1.0))
    different = (changed != tokens).any(dim=1)
    assert int(different[:attacked].sum()) > 0.7 * attacked
    assert not bool(different[attacked:].any())


def test_substitutions_grow_during_warm_up(model, texts):
    tokens, labels = texts
    clean = float(loss(model, tokens, labels).mean())
    start, half, end = (
        float(adversarial().loss(model, tokens, labels, *adversarial().draw(tokens, progress)).detach())
        for progress in (0.0, 0.25, 0.9)
    )
    assert start == pytest.approx(clean)
    assert start < half < end


def test_mixup_mixes_embeddings_and_labels_alike(model, texts):
    tokens, labels = texts
    method = Mixup({"alpha": 1.0}, np.random.default_rng(3))
    weight, rest, partner = method.draw(tokens, 0.0)
    mixup_loss = method.loss(model, tokens, labels, weight, rest, partner)
    mixed = mix(model.embed(tokens), weight, partner)
    assert 0.05 < weight < 0.95
    torch.testing.assert_close(mixed, weight * model.embed(tokens) + (1 - weight) * model.embed(tokens[partner]))
    one_hot = functional.one_hot(labels, 2).float()
    soft = weight * one_hot + (1 - weight) * one_hot[partner]
    torch.testing.assert_close(
        mixup_loss, -(soft * functional.log_softmax(model.classify(mixed), dim=1)).sum(dim=1).mean()
    )
    mixup_loss.backward()
    assert float(model.embedding.weight.grad.abs().sum()) > 0


COMMON = {"epochs": 2, "batch_size": 16, "learning_rate": 0.01, "schedule": "constant", "threads": 1}
SETTINGS = {"standard": COMMON, "mixup": COMMON | {"alpha": 0.2}, "adversarial": COMMON | TEXT_SETTINGS}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Texts whose last words depend on the label, stored as by the rule `dataset`."""
    folder = tmp_path_factory.mktemp("texts")
    random = np.random.default_rng(0)
    for split, count in (("train", 320), ("validation", 64)):
        labels = random.integers(0, 2, count)
        inputs = random.integers(0, 1000, (count, 200), dtype=np.int32)
        inputs[:, -20:] = np.where(random.random((count, 20)) < 0.5, 1000 + labels[:, None], inputs[:, -20:])
        write_array(folder / split / "inputs.npy", inputs)
        write_array(folder / split / "labels.npy", labels)
    return folder


@pytest.mark.parametrize("method", SETTINGS)
def test_each_method_learns_texts_reproducibly(method, data, tmp_path):
    for name in ("one", "two"):
        train(
            dataset="imdb",
            architecture="lstm",
            options={},
            method=method,
            seed=0,
            settings=SETTINGS[method],
            feeding=TEXTS,
            device="cpu",
            precision="float32",
            data=data,
            start=None,
            outcome=outcome_in(tmp_path / name),
            report=lambda line: None,
        )
    record = json.loads((tmp_path / "one/training.json").read_text())
    assert record["epochs"][-1]["validation_accuracy"] > 0.9  # chance is 0.5
    assert record["ranges"] == []
    first, second = (archives.read_all(tmp_path / name / "weights.npz") for name in ("one", "two"))
    assert all(np.array_equal(first[key], second[key]) for key in first)


def test_a_text_model_has_one_embedding_per_word_of_its_vocabulary():
    net = build("lstm", "imdb", ("texts",), {})
    (table,) = (module.weight for module in net.modules() if isinstance(module, nn.Embedding))
    assert len(table) == 20_000
    assert net(torch.zeros((2, 200), dtype=torch.int32)).shape == (2, 2)
