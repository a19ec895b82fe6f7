"""Weights of ResNet-50 trained on ImageNet-1k, as published by torchvision (`ResNet50_Weights.IMAGENET1K_V1`)."""

from quantshift.fetching.origin import File, Home, Origin, UserFiles

# torchvision's licence; ImageNet's terms allow only non-commercial research and education.
_LICENCE = "BSD-3-Clause; trained on ImageNet, see image-net.org/download"
_FILES = (File("resnet50-0676ba61.pth", "sha256:0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"),)
WITHOUT = "set architectures: {resnet50: {pretrained: false}} in your config to train from scratch"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE),
    "home": Home(address="https://download.pytorch.org/models/", files=_FILES, licence=_LICENCE),
}
