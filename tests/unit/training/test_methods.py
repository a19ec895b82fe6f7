import numpy as np
import pytest
import torch
from torch.nn import functional

from quantshift.models.network import build
from quantshift.training.fake_quantization import FakeQuantizedActivation, FakeQuantizedWeight
from quantshift.training.methods.adversarial import Adversarial
from quantshift.training.methods.mixup import Mixup, mix
from quantshift.training.methods.qat import QuantizationAware
from quantshift.training.modalities.adversarial import image


@pytest.fixture
def model():
    return build("lenet1", "mnist", ("methods",), {})


def test_mixup_mixes_each_input_with_its_partner(batch):
    inputs, _ = batch
    weight, _, partner = Mixup({"alpha": 1.0}, np.random.default_rng(3)).draw(inputs, 0.0)
    mixed = mix(inputs, weight, partner)
    assert 0.05 < weight < 0.95
    assert sorted(partner.tolist()) == list(range(len(inputs)))
    torch.testing.assert_close(mixed, weight * inputs + (1 - weight) * inputs[partner])
    assert not torch.allclose(mixed, inputs)


def test_mixup_weights_labels_like_inputs(batch, model):
    inputs, labels = batch
    method = Mixup({"alpha": 1.0}, np.random.default_rng(3))
    weight, rest, partner = method.draw(inputs, 0.0)
    loss = method.loss(model, inputs, labels, weight, rest, partner)
    mixed = mix(inputs, weight, partner)
    one_hot = functional.one_hot(labels, 10).float()
    soft = weight * one_hot + (1 - weight) * one_hot[partner]
    expected = -(soft * functional.log_softmax(model(mixed), dim=1)).sum(dim=1).mean()
    torch.testing.assert_close(loss, expected)


def adversarial(**changes):
    settings = {"epsilon": 0.2, "step_size": 0.1, "steps": 3, "warm_up": 0.5, **changes}
    return Adversarial(settings, np.random.default_rng(0), image)


def attacked_by(method, model, inputs, labels, progress=1.0):
    return method.attack(model, inputs, labels, *method.draw(inputs, progress))


@pytest.mark.parametrize(("progress", "radius"), [(1.0, 0.2), (0.125, 0.05)])
def test_an_attack_stays_in_its_ball_and_in_the_range_of_images(batch, model, progress, radius):
    inputs, labels = batch
    attacked = attacked_by(adversarial(), model, inputs, labels, progress)
    assert float((attacked - inputs).abs().max()) <= radius + 1e-6
    assert float((attacked - inputs).abs().max()) > 0.9 * radius
    assert float(attacked.min()) >= 0
    assert float(attacked.max()) <= 1


def test_an_attack_raises_the_loss_and_more_steps_raise_it_more(batch, model):
    inputs, labels = batch

    def loss(values):
        return float(functional.cross_entropy(model(values), labels))

    one, five = (attacked_by(adversarial(steps=steps), model, inputs, labels) for steps in (1, 5))
    assert loss(inputs) < loss(one) < loss(five)


def test_an_attack_does_not_change_the_model(batch, model):
    inputs, labels = batch
    model[0].bias.requires_grad_(False)
    attacked_by(adversarial(), model, inputs, labels)
    assert all(parameter.grad is None for parameter in model.parameters())
    frozen = [name for name, parameter in model.named_parameters() if not parameter.requires_grad]
    assert frozen == ["0.bias"]


def test_the_ball_grows_during_warm_up(batch, model):
    inputs, labels = batch
    clean = float(functional.cross_entropy(model(inputs), labels))
    start, half, end = (
        float(adversarial().loss(model, inputs, labels, *adversarial().draw(inputs, progress)))
        for progress in (0.0, 0.25, 0.9)
    )
    assert start == pytest.approx(clean, abs=1e-5)
    assert start < half < end


def test_an_activation_is_rounded_to_a_grid_that_includes_zero():
    module = FakeQuantizedActivation("Conv", momentum=1.0)
    values = torch.linspace(-0.3, 1.7, 5001)
    rounded = module(values)
    scale, zero_point = module.grid()
    assert float(scale) == pytest.approx(2.0 / 255, rel=1e-6)
    assert len(rounded.unique()) <= 256
    assert 0.0 in rounded
    assert float((rounded - values).abs().max()) <= float(scale) * 0.5001 + 1e-6
    torch.testing.assert_close(rounded / scale + zero_point, torch.round(rounded / scale + zero_point))


def test_gradients_pass_only_inside_the_range():
    module = FakeQuantizedActivation("Conv", momentum=1.0)
    module(torch.tensor([0.0, 1.0]))
    module.eval()
    values = torch.tensor([-0.5, 0.25, 0.75, 1.5], requires_grad=True)
    module(values).sum().backward()
    assert values.grad.tolist() == [0.0, 1.0, 1.0, 0.0]


def test_a_range_follows_the_data_only_in_training():
    module = FakeQuantizedActivation("Conv", momentum=0.5)
    module(torch.tensor([0.0, 1.0]))
    module(torch.tensor([0.0, 3.0]))
    assert float(module.maximum) == 2.0
    module.eval()
    module(torch.tensor([0.0, 100.0]))
    assert float(module.maximum) == 2.0


def test_weights_have_one_scale_per_channel():
    weight = torch.tensor([[0.5, -1.0, 0.004], [0.05, 0.1, -0.02]])
    rounded = FakeQuantizedWeight()(weight)
    steps = torch.tensor([[1.0 / 127], [0.1 / 127]])
    assert bool(((rounded - weight).abs() <= steps * 0.5001).all())
    torch.testing.assert_close(rounded / steps, torch.round(rounded / steps))


def test_quantization_aware_training_leaves_the_weights_unrounded(batch, model):
    inputs, labels = batch
    before = {name: value.clone() for name, value in model.state_dict().items()}
    method = QuantizationAware({"range_momentum": 0.1}, np.random.default_rng(0))
    prepared = method.prepare(model)
    prepared.train()
    rounded = prepared(inputs)
    method.loss(prepared, inputs, labels, 0.0).backward()
    method.finish(model)
    assert sorted(model.state_dict()) == sorted(before)
    assert all(torch.equal(model.state_dict()[name], before[name]) for name in before)
    difference = (model(inputs) - rounded).abs().max()
    assert 0 < float(difference) < 0.1


def test_an_attack_does_not_change_running_statistics_and_gradients():
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.LazyLinear(10)
    )
    inputs, labels = torch.rand(8, 1, 12, 12), torch.arange(8)
    net(inputs)
    before = {name: value.clone() for name, value in net[1].state_dict().items()}
    settings = {"epsilon": 0.1, "step_size": 0.05, "steps": 2, "warm_up": 0}
    method = Adversarial(settings, np.random.default_rng(0), image)
    attacked_by(method, net, inputs, labels)
    assert all(torch.equal(value, before[name]) for name, value in net[1].state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in net.parameters())
    assert all(module.training for module in net.modules())
