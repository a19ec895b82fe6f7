import subprocess
import sys


def test_torchvision_works_with_this_build_of_torch():
    # A separate process, so that imports of other tests do not help.
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
