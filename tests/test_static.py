"""Static files of others are the very files that their makers published."""

import base64
import hashlib
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

# Bootstrap 5.3.8's "subresource integrity" hashes (W3C SRI §3.1), as its download page and config.yml state them.
BOOTSTRAP = {
    "css/bootstrap.min.css": "sRIl4kxILFvY47J16cr9ZwB07vP4J8+LH7qKQnuqkuIAvNWLzeN8tE5YBujZqJLB",
    "css/bootstrap.rtl.min.css": "CfCrinSRH2IR6a4e6fy2q6ioOX7O6Mtm1L9vRvFZ1trBncWmMePhzvafv7oIcWiW",
    "js/bootstrap.bundle.min.js": "FKyoEForCGlyvwx9Hj09JcYn3nv7wiPVlz7YYwJrWVcXK/BmnVDxM+D2scQbITxI",
}


@pytest.mark.parametrize(("path", "sha384"), BOOTSTRAP.items())
def test_bootstrap_is_the_file_that_its_makers_published(path, sha384):
    content = Path(finders.find(path)).read_bytes()
    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == sha384
