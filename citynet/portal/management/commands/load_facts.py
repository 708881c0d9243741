from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from citynet.portal.facts import FactsError, load


class Command(BaseCommand):
    """Load a folder of CSV files; citynet/portal/demo/README.md says which files and columns there are."""

    help = "Reads a folder of CSV files into the site: all of it, or nothing when one row is wrong."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="the folder of CSV files")

    def handle(self, *, folder, **options):
        is_quiet = options["verbosity"] == 0
        with tqdm(unit=" rows", disable=is_quiet or not self.stderr.isatty(), file=self.stderr) as bar:

            def progress(total, rows, doing):
                bar.total = total
                bar.set_description(doing, refresh=False)
                bar.update(rows)

            try:
                report = load(folder, progress)
            except FactsError as error:
                raise CommandError(str(error)) from None
        if not is_quiet:
            self.stdout.write(str(report))
