"""An editor with a network of hers, and a network that is not. No models yet where this file is read."""

import pytest


@pytest.fixture
def mine(db):
    from tests.networks.make import make_network

    return make_network(name="Mine", slug="mine")


@pytest.fixture
def foreign(db):
    from tests.networks.make import make_network

    return make_network(name="Foreign", slug="foreign")


@pytest.fixture
def editor(mine):
    from tests.portal.make import make_client

    return make_client("editor", mine)
