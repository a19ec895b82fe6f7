"""Clean images."""

import pytest
from tests.cifar10_c import Images, pictures


@pytest.fixture(scope="module")
def clean() -> Images:
    return pictures(80, 32)
