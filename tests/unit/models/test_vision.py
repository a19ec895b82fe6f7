import subprocess
import sys


def test_torchvision_works_beside_this_build_of_torch():
    # A process of its own: what another test has imported must not help.
    code = """
import torch
from quantshift.models.vision import torchvision
from torchvision import datasets, models, transforms
model = models.resnet18(weights=None, num_classes=3).eval()
assert torchvision.__version__.startswith("0.28")
print(tuple(model(torch.zeros(2, 3, 64, 64)).shape))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "(2, 3)\n", done.stderr
