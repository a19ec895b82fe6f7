import pytest
from tests.small_study import SmallStudy, small_study


@pytest.fixture(scope="session")
def study(tmp_path_factory) -> SmallStudy:
    """The files of a small study of images and texts."""
    return small_study(tmp_path_factory.mktemp("study") / "results")
