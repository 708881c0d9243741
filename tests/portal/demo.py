"""The loaded demo, for the tests that read it: `from .demo import loaded`."""

import pytest
from django.core.management import call_command
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


@pytest.fixture(scope="module")
def loaded_with_pages(loaded, django_db_blocker):
    """The demo with its images and pages: all that PAGES names is there."""
    with django_db_blocker.unblock():
        load_pages()
    return loaded


def load_pages():
    """Load the demo's images, files and pages, after its facts."""
    call_command("load_media", DEMO / "media", verbosity=0)
    call_command("load_pages", DEMO / "pages", verbosity=0)
