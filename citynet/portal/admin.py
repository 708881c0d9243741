"""The admin's front page: every kind of record by the task that it belongs to, with a sentence on each."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.db.models import Q
from django.http import Http404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from citynet.content.models import Page
from citynet.core.translated import attribute_of

BLANK = "[["  # begins what the office that runs the site has to fill in, in the texts of the demo's pages

SECTIONS = {
    "places": (
        _("Cities and organisations"),
        {
            "networks.city": _("Every city, with its names, its memberships and its roles."),
            "networks.organisation": _("Ministries, foundations, universities: members that are no city."),
            "networks.person": _("Who holds public office: mayors, presidents, secretaries general."),
            "networks.twinning": _("Which two cities are twins."),
            "networks.topic": _("The policy themes by which everything is found."),
        },
    ),
    "networks": (
        _("Networks and members"),
        {
            "networks.network": _("Associations, pacts, forums and missions."),
            "networks.membership": _("Who belongs to which network, since when and until when."),
            "networks.figure": _("Numbers that a source states: 140 member cities in 39 countries."),
        },
    ),
    "governance": (
        _("Governance"),
        {
            "networks.body": _("Forums, working groups and committees."),
            "networks.role": _("Who presides, chairs and sits where, and in which years."),
        },
    ),
    "work": (
        _("Projects and practices"),
        {
            "networks.project": _("What cities do together, with lead and partners."),
            "networks.programme": _("What projects are funded by."),
            "networks.participation": _("Which city or organisation takes part in which project."),
            "networks.grant": _("Money given to a programme or to a project."),
            "networks.practice": _("What works in one city and others can take up."),
            "networks.uptake": _("Which city took a practice up."),
            "networks.award": _("Prizes that networks give."),
            "networks.awardedition": _("The rounds of an award, year by year."),
            "networks.awardwinner": _("Which city won what."),
        },
    ),
    "evidence": (
        _("Documents and evidence"),
        {
            "networks.document": _("Memoranda, reports and minutes: files and links."),
            "networks.source": _("The pages and reports that say so."),
        },
    ),
    "events": (
        _("Events"),
        {
            "events.event": _("Conferences, assemblies and meetings, with their programme."),
            "events.series": _("Events that return, such as an annual conference."),
            "events.session": _("Plenaries, workshops and site visits of an event."),
        },
    ),
    "library": (
        _("Media library"),
        {
            "content.page": _("The site’s own pages, and the menu at the foot of each page."),
            "content.news": _("What is new, by day, and which networks and cities it is about."),
            "content.image": _("Pictures for pages and news, with what they show in words."),
            "content.file": _("Documents of the site’s own, for download."),
        },
    ),
    "visitors": (
        _("What visitors say"),
        {"content.rating": _("How clear visitors find each page, and why.")},
    ),
    "staff": (
        _("Staff"),
        {
            "auth.user": _("Who may sign in here."),
            "auth.group": _("What viewers, editors and the secretariat may do."),
            "networks.networkeditor": _("Which editor looks after which network."),
        },
    ),
}


class NamingJsonView(AutocompleteJsonView):
    """Autocompletion that names rows as their admin does: Frankfurt (DE)."""

    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": self.name_of(obj)}

    def name_of(self, row):
        keeper = self.admin_site._registry[type(row)]
        return keeper.label(row) if hasattr(keeper, "label") else str(row)


def pages_with_blanks():
    """Give the public pages that have something to be filled in, in any language. One statement."""
    blanks = Q()
    for code, _name in settings.LANGUAGES:
        blanks |= Q(**{f"{attribute_of('text', code)}__contains": BLANK})
    return Page.objects.published().filter(blanks)


class Site(admin.AdminSite):
    site_header = _("citynet")
    site_title = _("citynet")
    index_title = _("What would you like to work on?")
    empty_value_display = "–"

    def autocomplete_view(self, request):
        return NamingJsonView.as_view(admin_site=self)(request)

    def get_urls(self):
        view = self.admin_view(self.view_on_site)
        return [path("r/<path:content_type_id>/<path:object_id>/", view), *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """Lead to the public page of a row that the user may see here; Django's own asks for no permission."""
        try:
            model = ContentType.objects.get_for_id(content_type_id).model_class()
        except (ContentType.DoesNotExist, ValueError):
            model = None
        keeper = self._registry.get(model)
        row = keeper.get_object(request, object_id) if keeper else None
        if row is None or not keeper.has_view_permission(request, row):
            raise Http404(_("There is no such page."))
        return shortcut(request, content_type_id, object_id)

    def index(self, request, extra_context=None):
        """Remind those who may change them of pages in which something is still to be filled in."""
        if request.user.has_perm("content.change_page"):
            for page in pages_with_blanks():
                address = reverse("admin:content_page_change", args=[page.pk], current_app=self.name)
                words = _("On the public page {page}, what stands in [[double brackets]] is to be filled in.")
                link = format_html('<a href="{}">{}</a>', address, page.name)
                messages.warning(request, format_html(words, page=link))
        return super().index(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """Give the sections with what the user may see in them; what is in no section stands at the end."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {model["model"]._meta.label_lower: model for app in apps for model in app["models"]}
        sections = []
        for key, (name, entries) in SECTIONS.items():
            found = [
                {**models.pop(label), "description": description}
                for label, description in entries.items()
                if label in models
            ]
            if key == "staff":
                found += models.values()
            if key == "evidence" and found:
                found.append(
                    {
                        "name": _("To do"),
                        "object_name": "EvidenceToDo",
                        "admin_url": reverse("admin:networks_evidence", current_app=self.name),
                        "add_url": None,
                        "view_only": True,
                        "description": _("What has no source, was not confirmed for long, or contradicts."),
                    }
                )
            if found:
                sections.append(
                    {
                        "name": name,
                        "app_label": key,
                        "app_url": f"{reverse('admin:index', current_app=self.name)}#{key}",
                        "has_module_perms": True,
                        "models": found,
                    }
                )
        return sections
