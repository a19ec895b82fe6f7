"""Fashion-MNIST: Zalando's pictures of articles (arXiv 1708.07747), 60,000 training and 10,000 test images of 28x28.

Debian's package contains the same four files, compressed again and therefore with other checksums.
"""

from quantshift.fetching.origin import File, Home, Origin, Package, UserFiles

_LICENCE = "MIT"
_FILES = (
    File("train-images-idx3-ubyte.gz", "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
    File("train-labels-idx1-ubyte.gz", "md5:25c81989df183df01b3e8a0aad5dffbe"),
    File("t10k-images-idx3-ubyte.gz", "md5:bef4ecab320f06d8554ea6380940ec79"),
    File("t10k-labels-idx1-ubyte.gz", "md5:bb300cfdad3c16e7a12a480ee83cd310"),
)

WITHOUT = "remove fashion_mnist from study.datasets in your config"

ORIGINS: dict[str, Origin] = {
    "package": Package(
        manager="apt",
        package="dataset-fashion-mnist",
        files=(
            File(
                "dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb",
                "sha256:39e172fe32dd318ebb3e512220c3beea2fa47d7e20bab348fb4e0922d6beefc0",
            ),
        ),
        licence=_LICENCE,
        members=("usr/share/datasets/fashion-mnist/*-ubyte.gz",),
    ),
    "file": UserFiles(files=_FILES, licence=_LICENCE),
    # The publisher's address has no TLS; the checksums make up for that.
    "home": Home(address="http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/", files=_FILES, licence=_LICENCE),
}
