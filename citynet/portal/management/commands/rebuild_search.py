from django.core.management.base import BaseCommand
from tqdm import tqdm

from citynet.core.search_index import rebuild


class Command(BaseCommand):
    """Make the search index anew: after raw SQL, a restored dump, or a change of what is searched.

    Search goes on meanwhile, with the entries that are there.
    """

    help = "Makes the search index anew, batch by batch, while search goes on."

    def handle(self, **options):
        is_quiet = options["verbosity"] == 0
        with tqdm(unit=" records", disable=is_quiet or not self.stderr.isatty(), file=self.stderr) as bar:

            def progress(kind, records):
                bar.set_description(kind, refresh=False)
                bar.update(records)

            report = rebuild(progress)
        if not is_quiet:
            self.stdout.write(str(report))
