"""CIFAR-10: Krizhevsky's small photographs, 50,000 training and 10,000 test images of 32x32, in the Python version."""

from quantshift.fetching.origin import File, Home, Origin, UserFiles

_LICENCE = (
    "none stated; the authors ask to cite Krizhevsky, Learning multiple layers of features from tiny images, 2009"
)
_FILES = (File("cifar-10-python.tar.gz", "md5:c58f30108f718f92721af3b95e74349a"),)
_MEMBERS = ("cifar-10-batches-py/data_batch_*", "cifar-10-batches-py/test_batch")

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "home": Home(address="https://www.cs.toronto.edu/~kriz/", files=_FILES, licence=_LICENCE, members=_MEMBERS),
}
