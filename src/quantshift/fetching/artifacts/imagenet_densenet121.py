"""Weights of DenseNet-121 trained on ImageNet-1k, as published by torchvision (`DenseNet121_Weights.IMAGENET1K_V1`)."""

from quantshift.fetching.origin import File, Home, Origin, UserFiles

# torchvision's licence; ImageNet's terms allow only non-commercial research and education.
_LICENCE = "BSD-3-Clause; trained on ImageNet, see image-net.org/download"
_FILES = (File("densenet121-a639ec97.pth", "sha256:a639ec97d7c33b07ae66f0b5fb7d0192f95a3b11b7576c66c0126c2a727c4395"),)
WITHOUT = "set architectures: {densenet121: {pretrained: false}} in your config to train from scratch"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE),
    "home": Home(address="https://download.pytorch.org/models/", files=_FILES, licence=_LICENCE),
}
