import csv
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from citynet.content.models import Page
from citynet.core.models import State


class Command(BaseCommand):
    """Make the pages of a folder, as its `pages.csv` lists them, in the order of its lines.

    Its columns are `path` and `in_menu` (`yes`). The words of a page stand in a file for each language, such as
    `about.it.html`, with a hyphen for each slash of the path: the first line is the title, the second the
    summary, and the rest, after an empty line, the text. A page that is there already is left as it is.
    """

    help = "Loads pages of the site's own."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a folder with pages.csv and the texts of its pages")

    def handle(self, folder, **options):
        loaded = 0
        with open(folder / "pages.csv", encoding="utf-8", newline="") as table, transaction.atomic():
            for row in csv.DictReader(table):
                if Page.objects.filter(path=row["path"]).exists():
                    continue
                above, _slash, slug = row["path"].rpartition("/")
                page = Page(
                    slug=slug,
                    parent=Page.objects.get(path=above) if above else None,
                    in_menu=row["in_menu"] == "yes",
                    state=State.PUBLISHED,
                    **texts_of(folder, row["path"].replace("/", "-")),
                )
                page._change_reason = "load_pages"
                page.full_clean()
                page.save()
                loaded += 1
        self.stdout.write(f"Loaded {loaded} pages.")


def texts_of(folder, name):
    """Give {field: text} of a page's words in each language that the model has fields for, English at least."""
    texts, known = {}, {field.name for field in Page._meta.concrete_fields}
    for path in sorted(folder.glob(f"{name}.??.html")):
        code = path.suffixes[-2].removeprefix(".")
        title, summary, _empty, text = path.read_text(encoding="utf-8").split("\n", 3)
        for field, words in (("name", title), ("summary", summary), ("text", text)):
            if f"{field}_{code}" in known:
                texts[f"{field}_{code}"] = words
            elif code == "en":
                texts[field] = words
    return texts
