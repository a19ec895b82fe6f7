"""MNIST-C: Mu and Gilmer's corrupted test images of MNIST (arXiv 1906.02337), as published."""

from quantshift.fetching.origin import File, Home, Origin, UserFiles

_LICENCE = "CC-BY-4.0"
_FILES = (File("mnist_c.zip", "md5:4b34b33045869ee6d424616cd3a65da3"),)
# The training images are four fifths of the archive and are not used.
_MEMBERS = ("mnist_c/*/test_images.npy", "mnist_c/*/test_labels.npy")

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "home": Home(address="https://zenodo.org/records/3239543/files/", files=_FILES, licence=_LICENCE, members=_MEMBERS),
}
