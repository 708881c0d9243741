import csv
from pathlib import Path

from django.core.files import File as Upload
from django.core.management.base import BaseCommand
from django.db import transaction

from citynet.content.models import File, Image, News
from citynet.core.models import State


class Command(BaseCommand):
    """Take the images and files of a folder into the media library, as its `media.csv` describes them.

    Its columns are `file`, which is beside it, and names of fields: `uid`, `title`, `alt`, `credit`… A file is an
    image if it has an alternative text or is decorative; `leads` names items of news, by their slugs, that it
    is the lead image of if they have none. What has the identifier already is left as it is.
    """

    help = "Loads images and files into the media library."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, help="a folder with media.csv and the files that it names")

    def handle(self, folder, **options):
        loaded = 0
        with open(folder / "media.csv", encoding="utf-8", newline="") as table, transaction.atomic():
            for row in csv.DictReader(table):
                model = Image if row.get("alt") or row.get("is_decorative") else File
                if model.objects.filter(uid=row["uid"]).exists():
                    continue
                with open(folder / row["file"], "rb") as content:
                    media = model(file=Upload(content, name=row["file"]), state=State.PUBLISHED)
                    known = {field.name for field in model._meta.concrete_fields} - {"file"}
                    for name in row.keys() & known:
                        if row[name]:
                            setattr(media, name, model._meta.get_field(name).to_python(row[name]))
                    media.full_clean()
                    media.save()
                for news in News.objects.filter(slug__in=row.get("leads", "").split(), image=None):
                    news.image = media
                    news._change_reason = "load_media"
                    news.save()
                loaded += 1
        self.stdout.write(f"Loaded {loaded} images and files.")
