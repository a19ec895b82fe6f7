"""Mistakes in configs that override the default one."""

import copy
import functools

import pytest
import yaml
from snakemake.utils import update_config

from quantshift.configuration.check import check
from quantshift.core.errors import QuantshiftError


@pytest.fixture
def mistakes(root, default_config):
    """Return a function that reports the mistakes in a user's config, which overrides the default config.

    The keys `removed` are deleted from the default config first.
    """

    def check_config(own, removed=(), *, fetching=True):
        config = copy.deepcopy(default_config)
        for path in removed:
            *parents, key = path.split(".")
            del functools.reduce(dict.__getitem__, parents, config)[key]
        update_config(config, yaml.safe_load(own) if isinstance(own, str) else own)
        try:
            check(config, fetching=fetching)
        except QuantshiftError as error:
            return str(error).splitlines()
        return []

    return check_config
