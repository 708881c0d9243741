"""What maps show of cities."""

from django.db.models import Count
from django.utils.translation import ngettext

from citynet.core.geo import OnMap, Place
from citynet.core.translated import in_language

from ..filters import members_of


class CitiesOnMap(OnMap):
    """A list of cities on a map: each with how many networks it belongs to on the asked day."""

    def places(self, filters, most):
        rows = filters.qs.filter(latitude__isnull=False, longitude__isnull=False)
        columns = ("pk", "latitude", "longitude", in_language("name"), "slug", "country")
        rows = list(rows.values_list(*columns)[:most])
        members = members_of().on(filters.day).filter(city__in=[pk for pk, *_rest in rows]).order_by()
        counts = dict(members.values_list("city").annotate(Count("network", distinct=True)))
        words = {
            count: ngettext("%(count)d network", "%(count)d networks", count) % {"count": count}
            for count in set(counts.values())
        }
        return [Place(*place, words.get(counts.get(pk), "")) for pk, *place in rows]
