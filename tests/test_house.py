"""The house of DESIGN.md §2: what stands at the top, and who may import whom."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOP = {
    *("manage.py", "requirements.txt", "citynet", "networks", "events", "templates", "static", "tests"),
    *("README.md", "CONTRIBUTING.md", "LICENSE", "pyproject.toml", "Makefile", "requirements-dev.txt", ".ci"),
    *(".git", ".gitignore", "docs"),
}
FLOORS = ("citynet.core", "networks", "events", "citynet.content", "citynet.portal", "citynet")
CODE = sorted(path for folder in ("citynet", "networks", "events") for path in (ROOT / folder).rglob("*.py"))


def floor(module):
    """Give the number of the floor that a module stands on, or None for a module from elsewhere."""
    for number, name in enumerate(FLOORS):
        if module == name or module.startswith(f"{name}."):
            return number


def imported(path, tree):
    """Give the full names of the modules that the code below `tree` imports."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*above, node.module) if node.module else above)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def upward_imports(path, source):
    own = floor(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [name for name in imported(path, ast.parse(source)) if (floor(name) or 0) > own]


def hidden_imports(path, source):
    functions = (
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready"
    )
    return [name for node in functions for name in imported(path, node) if floor(name) is not None]


def test_the_top_level_holds_only_what_the_design_names():
    ignored = [line.strip().rstrip("/") for line in (ROOT / ".gitignore").read_text().split() if line]
    found = {path.name for path in ROOT.iterdir() if not any(fnmatch(path.name, name) for name in ignored)}
    assert found - TOP == set()


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_upward_or_inside_a_function(path):
    source = path.read_text()
    assert upward_imports(path, source) == []
    assert hidden_imports(path, source) == []


@pytest.mark.parametrize(
    ("path", "source", "upward"),
    [
        ("networks/models/places.py", "import events.models", ["events.models"]),
        ("networks/models/places.py", "from events import models", ["events.models"]),
        ("networks/views.py", "from citynet.core.views import FilteredListView", []),
        ("citynet/core/views.py", "from ..portal import search", ["citynet.portal.search"]),
        ("citynet/core/views.py", "from . import export", []),
        ("citynet/portal/views.py", "from citynet.urls import urlpatterns", ["citynet.urls.urlpatterns"]),
        ("citynet/urls.py", "from citynet.portal import views", []),
    ],
)
def test_the_import_rule_sees_every_way_to_import_upward(path, source, upward):
    assert upward_imports(ROOT / path, source) == upward


def test_the_import_rule_sees_an_import_hidden_inside_a_function():
    path = ROOT / "networks/views.py"
    assert hidden_imports(path, "def f():\n    from events.models import Event") == ["events.models.Event"]
    assert hidden_imports(path, "def f():\n    import json") == []
