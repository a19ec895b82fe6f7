"""DenseNet-121's weights of ImageNet-1k, as torchvision publishes them (`DenseNet121_Weights.IMAGENET1K_V1`)."""

from quantshift.fetching.origin import File, Home, Origin, UserFiles

# torchvision's own licence; ImageNet's terms allow non-commercial research and education alone.
_LICENCE = "BSD-3-Clause; trained on ImageNet, see image-net.org/download"
_FILES = (File("densenet121-a639ec97.pth", "sha256:a639ec97d7c33b07ae66f0b5fb7d0192f95a3b11b7576c66c0126c2a727c4395"),)
WITHOUT = "architectures: {densenet121: {pretrained: false}} in your config trains it from scratch"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE),
    "home": Home(address="https://download.pytorch.org/models/", files=_FILES, licence=_LICENCE),
}
