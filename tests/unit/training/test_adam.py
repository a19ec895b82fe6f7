import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

from quantshift.training.adam import Adam

TRAININGS = """
import sys
import numpy as np
import torch
from quantshift.models.tensors import on_cpu
from quantshift.training.method_for import method_for
from quantshift.models.network import build
from quantshift.study import feeding
from quantshift.training.device import repeatable
from quantshift.training.loop import fit

METHODS = {
    "standard": {},
    "mixup": {"alpha": 0.2},
    "adversarial": {"epsilon": 0.1, "step_size": 0.1, "steps": 1, "warm_up": 0.5},
    "qat": {"range_momentum": 0.1},
}
repeatable(threads=1)
assert torch.get_deterministic_debug_mode() == 2
assert not torch.utils.deterministic.fill_uninitialized_memory
data = np.zeros((8, 1, 28, 28), dtype=np.uint8), np.zeros(8, dtype=np.int64)
for name, own in METHODS.items():
    settings = {"epochs": 1, "batch_size": 4, "learning_rate": 0.001, "schedule": "cosine", **own}
    method = method_for(name, "mnist", settings, np.random.default_rng(0))
    net = method.prepare(build("lenet1", "mnist", ("test",), {}))
    fit(net, method, settings, data, data, np.random.default_rng(0), on_cpu(feeding("mnist")), print)
assert not {"torch._dynamo", "torch._inductor"} & set(sys.modules)
"""


def test_weights_equal_those_of_torchs_optimizer_to_the_last_bit():
    torch.manual_seed(0)
    ours = nn.Sequential(nn.Linear(5, 4), nn.ReLU(), nn.Linear(4, 3))
    theirs = copy.deepcopy(ours)
    adam, reference = Adam(ours.parameters()), torch.optim.Adam(theirs.parameters(), lr=0.1, fused=True)
    for step in range(5):
        reference.param_groups[0]["lr"] = rate = 0.1 / (1 + step)
        inputs = torch.randn(8, 5)
        for network in (ours, theirs):
            network.zero_grad()
            network(inputs).square().mean().backward()
        adam.step(rate)
        reference.step()
    for ours_after, theirs_after in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert torch.equal(ours_after, theirs_after)


def test_a_parameter_without_a_gradient_stays():
    used, unused = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    used.sum().backward()
    Adam([unused, used]).step(0.5)
    assert unused.tolist() == [1, 1]
    assert used.tolist() == pytest.approx([0.5, 0.5])


def test_training_does_not_import_torchs_compiler():
    subprocess.run([sys.executable, "-c", TRAININGS], check=True)
