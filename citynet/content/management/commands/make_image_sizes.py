from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand

from citynet.content.images import make_sizes, widths_for
from citynet.content.models import Image


class Command(BaseCommand):
    """Make the sizes of images that lack any, or whose files are gone: after a restore, or for new widths."""

    help = "Makes the WebP sizes of images in the media library that lack some."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="Make all of them anew.")

    def handle(self, **options):
        made = 0
        for image in Image.objects.order_by("pk").iterator(chunk_size=100):
            if not options["all"] and not lacks_sizes(image):
                continue
            if not default_storage.exists(image.file.name):
                self.stderr.write(f"“{image}” (/admin/content/image/{image.pk}/change/) has lost its file.")
                continue
            before = {name for _width, name in image.sizes}
            sizes = make_sizes(image.file.name)
            Image._base_manager.filter(pk=image.pk).update(sizes=sizes)
            for name in before - {size.name for size in sizes}:
                default_storage.delete(name)
            made += 1
        self.stdout.write(f"Sizes made of {made} images.")


def lacks_sizes(image):
    widths = [size.width for size in image.stored_sizes]
    return widths != widths_for(image.width) or not all(
        default_storage.exists(size.name) for size in image.stored_sizes
    )
