"""Nothing that people read is left in English: in templates, models, forms, filters and the admin."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*.html"))
CODE = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("citynet", "networks", "events")
    for path in (ROOT / folder).rglob("*.py")
    if not {"migrations", "management", "facts"} & set(path.parts)  # what operators read is English
)

# Names and abbreviations that are the same in every language, wherever they stand.
NAMES = {
    "citynet",
    "BibTeX",
    "RIS",
    "CSV",
    "JSON",
    "GeoJSON",
    "HTML",
    "Atom",
    "iCalendar",
    "GeoNames",
    "Wikidata",
}
# What is no word: a sample of letters, a country's code, the width of an image.
NO_WORDS = {"Aa", "IT", "UN/LOCODE", "(min-width: 48rem) 20rem, 100vw"}

# Templates ---------------------------------------------------------------------

READ_ATTRIBUTES = {
    *("alt", "aria-description", "aria-label", "aria-roledescription", "content", "label", "placeholder"),
    *("title", "data-label", "data-copied", "data-failed"),
}
TRANSLATED = re.compile(
    r"\{#.*?#\}|\{% *comment.*?endcomment *%\}|\{% *blocktrans(?:late)?\b.*?endblocktrans(?:late)? *%\}",
    re.DOTALL,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LITERAL = re.compile(r"""(?<![:\w])(?<!_\()(["'])((?:(?!\1).)*)\1""")
# Tags whose texts no reader sees, or that translate them.
TECHNICAL = re.compile(
    r"\{% *(?:translate|trans|url|static|include|extends|load|icon|now|if|elif|get_\w+|widthratio)\b"
)
META_NAMES = {"description", "twitter:description", "og:title", "og:description", "og:image:alt"}
LETTERS = re.compile(r"[^\W\d_]{2,}")


class Reader(HTMLParser):
    """Collects the text and the attributes that a template says without translating them."""

    def __init__(self):
        super().__init__()
        self.said, self.silent = [], 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.silent += tag in ("script", "style")
        for name, text in attributes:
            is_meta = tag == "meta" and (given.get("name") or given.get("property")) not in META_NAMES
            if name in READ_ATTRIBUTES and not (name == "content" and is_meta):
                self.note(text or "")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")

    def handle_data(self, text):
        if not self.silent:
            self.note(text)

    def note(self, text):
        words = [word for word in LETTERS.findall(text) if word not in NAMES]
        if words and text.strip() not in NO_WORDS:
            self.said.append(" ".join(text.split()))


def is_read(text):
    return bool(LETTERS.search(text)) and text not in NO_WORDS and not re.search("[<>=]", text)


def said_by_template(source):
    """Give what a template says that does not pass through a translation."""
    source = TRANSLATED.sub(" ", source)
    reader = Reader()
    reader.feed(TAG.sub(" ", re.sub(r"(</?)\{\{.*?\}\}", r"\1div", source)))  # <{{ heading }}>
    for tag in TAG.findall(source):
        if not TECHNICAL.match(tag):
            texts = [text for _quote, text in LITERAL.findall(tag)]
            reader.said += [text for text in texts if re.search(r"[A-Z ]", text) and is_read(text)]
    return reader.said


def test_the_reader_of_templates_finds_what_is_not_translated():
    assert said_by_template(
        '<p title="A name">{% translate "x y" %} Bare {{ name }} words</p><script>let x = 1</script>'
        '{% blocktranslate %}no{% endblocktranslate %}<img alt="{% translate "yes" %}">'
        '<meta name="description" content="Facts"><meta name="viewport" content="width">'
        '{% column "Bare words" "name" %}{% column _("Fine words") "name" %}{{ day|date:"Y M" }} citynet'
    ) == ["A name", "Bare words", "Facts", "Bare words"]


def test_templates_say_nothing_without_translating_it():
    found = {path: said_by_template((ROOT / path).read_text()) for path in TEMPLATES}
    assert {path: said for path, said in found.items() if said} == {}


# Code --------------------------------------------------------------------------

READ_ARGUMENTS = {
    *("label", "help_text", "verbose_name", "verbose_name_plural", "violation_error_message", "description"),
    *("empty_label", "empty_value_display", "short_description"),
}
READ_NAMES = READ_ARGUMENTS | {"title", "list_title", "heading", "site_title", "site_header", "index_title"}
RAISED = {"Http404", "ValidationError", "PermissionDenied"}


def is_bare(node):
    """Tell whether an expression is a text of its own, with words in it."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(LETTERS.search(node.value))


def said_by_code(tree):
    """Give the texts for people that a module writes down without translating them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            yield from (k.value.value for k in node.keywords if k.arg in READ_ARGUMENTS and is_bare(k.value))
            if name in RAISED:
                yield from (part.value for part in node.args[:1] if is_bare(part))
            if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages":
                yield from (part.value for part in node.args if is_bare(part))
        elif isinstance(node, ast.ClassDef):
            bases = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
            for line in node.body:
                if not isinstance(line, ast.Assign):
                    continue
                if getattr(line.targets[0], "id", "") in READ_NAMES and is_bare(line.value):
                    yield line.value.value
                if bases & {"TextChoices", "IntegerChoices"} and isinstance(line.value, ast.Tuple):
                    yield from (part.value for part in line.value.elts[1:] if is_bare(part))
        elif isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[1], ast.Dict):
            keys = {getattr(key, "value", None) for key in node.elts[1].keys}
            if "fields" in keys and is_bare(node.elts[0]):  # a group of fields in the admin
                yield node.elts[0].value


def test_the_reader_of_code_finds_what_is_not_translated():
    source = (
        'class A(models.TextChoices):\n    B = "b", "Bare"\n    C = "c", _("fine")\n'
        'class D(admin.ModelAdmin):\n    title = "Bare"\n    fieldsets = [("Bare", {"fields": []}), (None, {})]\n'
        'x = forms.CharField(label="Bare", help_text=_("fine"))\nraise Http404("Bare")\nraise Http404(_("fine"))\n'
        'messages.error(request, "Bare")\n'
    )
    assert list(said_by_code(ast.parse(source))) == ["Bare"] * 6


def test_code_says_nothing_without_translating_it():
    found = {path: list(said_by_code(ast.parse((ROOT / path).read_text()))) for path in CODE}
    assert {path: said for path, said in found.items() if said} == {}


OWN = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(("citynet", "networks", "events"))
    and not hasattr(model, "history_object")
    and model._meta.default_permissions  # not the site's own records, which nobody reads
]


@pytest.mark.parametrize("model", OWN, ids=lambda model: model.__name__)
def test_what_a_model_and_its_fields_are_called_is_translated(model):
    """Not only what is written down: Django makes a name of an attribute's where there is none."""
    named = {"verbose_name": model._meta.verbose_name, "verbose_name_plural": model._meta.verbose_name_plural}
    for field in model._meta.get_fields():
        if not field.auto_created and field.editable:
            named[field.name] = field.verbose_name
            if field.help_text:
                named[f"{field.name}: help"] = field.help_text
    bare = {name: text for name, text in named.items() if not isinstance(text, Promise)}
    assert bare == {}
