import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

from quantshift.training.adam import Adam

TRAINING = """
import sys
import torch
from quantshift.training.adam import Adam
from quantshift.training.device import repeatable
repeatable(threads=1)
assert torch.are_deterministic_algorithms_enabled()
layer = torch.nn.Linear(2, 2)
layer(torch.ones(1, 2)).sum().backward()
Adam(layer.parameters()).step(0.1)
assert "torch._dynamo" not in sys.modules
"""


def test_weights_are_those_of_torchs_optimizer_to_the_last_bit():
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
    subprocess.run([sys.executable, "-c", TRAINING], check=True)
