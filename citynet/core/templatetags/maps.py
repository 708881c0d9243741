"""What templates/includes/_map.html needs: the address of a map's places, and the tiles below it, if any."""

from django import template
from django.conf import settings

from ..geo import MAP_FORMAT

register = template.Library()


@register.filter
def places_address(geojson):
    """Give the address of the few things that a map shows of a list, from that of the list's GeoJSON."""
    path, mark, query = geojson.partition("?")
    return f"{path.removesuffix('geojson')}{MAP_FORMAT}{mark}{query}"


@register.simple_tag
def tiles():
    """Give the address template of the map tiles and whom they are owed to; both are empty without tiles."""
    return {"address": settings.MAP_TILE_URL, "attribution": settings.MAP_TILE_ATTRIBUTION}
