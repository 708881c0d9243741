from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand

from citynet.core.models import SearchEntry
from networks.models import Network

DEMO = Path(__file__).resolve().parents[2] / "demo"


class Command(BaseCommand):
    """Load the demo into a site that has no network yet.

    A site with networks is left alone: a second `make run` must not undo what editors changed since the
    first, nor put the demo between somebody's own data. One from before there was search gets its index.
    """

    help = "Loads the demo (citynet/portal/demo) unless the site has networks already."

    def handle(self, **options):
        if Network.objects.exists():
            self.stdout.write("The site has networks already: the demo is not loaded.")
            if not SearchEntry.objects.exists():
                call_command("rebuild_search")
        else:
            call_command("load_facts", DEMO)
            call_command("load_aliases")
            call_command("load_media", DEMO / "media")
            call_command("load_pages", DEMO / "pages")
