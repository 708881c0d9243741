"""The loaded demo, for the tests that read it: `from .demo import loaded`."""

import pytest
from django.db import transaction

from citynet.portal.facts import load
from citynet.portal.management.commands.load_demo import DEMO


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        report = load(DEMO)
        yield report
        transaction.set_rollback(True)
