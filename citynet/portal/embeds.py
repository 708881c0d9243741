"""What other sites embed: a city's passport, a network's members, the events of either.

Each has two addresses, under the same query: `/embed/cities/bologna/` is a page for an `<iframe>`, and the
only kind of page of ours that other sites may frame; `/embed/cities/bologna.html` is the same as a piece of
HTML to put into a page of theirs. That piece is inert: it went through an allowlist of elements and
attributes, every link in it is absolute, every id begins with `citynet-`, and it has no style and no script.
`/static/css/embed.css` gives it one, below the class `citynet-embed`.

No cookie is read or set: display preferences reach a frame as `?display=text-150.font-readable`. Caches on the way may keep the answers for five minutes.
"""

import re
from urllib.parse import urlencode

import nh3
from crispy_forms.helper import FormHelper
from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citynet.core import display
from citynet.core.caching import public_page
from citynet.core.collation import BY_NAME
from citynet.core.colours import digits_of, readable
from citynet.core.dates import day_words
from citynet.core.days import AskedDay
from citynet.core.details import Evidence
from citynet.core.display import PREFERENCES
from citynet.core.identity import following, renamed
from citynet.core.languages import active_language
from citynet.core.security import OPEN_STYLESHEET, frameable, open_to_others
from citynet.core.structured import origin_of, public
from citynet.core.templatetags.citynet import event_dates, period
from citynet.core.templatetags.translated import foreign_language
from events.models import Event
from networks.models import City, Network
from networks.views.details import by_name_of

from .passport import SECTIONS, Group, Part, Row, Section, passport_of

KEPT_ELSEWHERE = 300  # seconds, by caches on the way
ACCENT_KEPT = 24 * 3600
MOST_ROWS = 500
PLURALS = {City: "cities", Network: "networks"}  # in addresses
GROUNDS = {"light": "ffffff", "dark": "0f181a"}  # --citynet-paper of embed.css

THEMES = [
    ("auto", gettext_lazy("as the visitor prefers")),
    ("light", gettext_lazy("light")),
    ("dark", gettext_lazy("dark")),
]

# What the piece of HTML may consist of; nothing in it can run, load, post or lie over the page around it.
ELEMENTS = {"a", "abbr", "b", "cite", "div", "h1", "h2", "h3", "li", "ol", "p", "q", "section", "span", "ul"}
ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir"},
    "a": {"href", "aria-label", "class", "id", "lang", "dir"},
    "section": {"aria-labelledby", "class", "id", "lang", "dir"},
}
SCHEMES = {"http", "https"}
ID_PREFIX = "citynet-"
FRAME_CODE = """<iframe src="{}"
  title="{}" lang="{}"
  width="100%" height="800" loading="lazy" referrerpolicy="no-referrer"></iframe>"""
STYLE_CODE = '<link rel="stylesheet" href="{}">'
LINK_AWAY = re.compile(r'<a (?=[^<>]*href="https?:)')


def inert(html, origin):
    """Give a piece of our HTML in its safe form: allowlisted, with absolute links and ids of our own."""

    def keep(element, name, value):
        """Leave out every class and id that is not ours."""
        if name == "class":
            return " ".join(part for part in value.split() if part.startswith(ID_PREFIX)) or None
        if name in ("id", "aria-labelledby"):
            return value if value.startswith(ID_PREFIX) else None
        return value

    return nh3.clean(
        html,
        tags=ELEMENTS,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        url_schemes=SCHEMES,
        url_relative=lambda address: address if address.startswith("#") else f"{origin}{address}",
        link_rel="external noopener",
    )


# The options -------------------------------------------------------------------


class DisplayWidget(forms.MultiWidget):
    """A menu for each display preference, or all of them as one text, as an address has them."""

    use_fieldset = True

    def __init__(self):
        menus = {}
        for name, (label, choices) in PREFERENCES.items():
            named = [(value, format_lazy("{}: {}", label, words)) for value, words in choices]
            menus[name] = forms.Select(attrs={"aria-label": label, "class": "form-select"}, choices=named)
        super().__init__(menus)

    def decompress(self, value):
        chosen = display.read(value or "")
        return [chosen.get(name, "") for name in PREFERENCES]

    def value_from_datadict(self, data, files, name):
        if name in data:
            return self.decompress(data[name])
        return super().value_from_datadict(data, files, name)


class DisplayField(forms.MultiValueField):
    """Display preferences (`core.display`) for a frame, which no cookie reaches."""

    def __init__(self, **kwargs):
        menus = [
            forms.ChoiceField(choices=choices, required=False) for _label, choices in PREFERENCES.values()
        ]
        super().__init__(menus, widget=DisplayWidget(), require_all_fields=False, **kwargs)

    def compress(self, values):
        return display.write(dict(zip(PREFERENCES, values, strict=False)))


class OptionsForm(forms.Form):
    """How what is embedded looks, read from its address; every option has a default."""

    section = forms.MultipleChoiceField(
        label=gettext_lazy("Parts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of them."),
    )
    on = forms.CharField(
        label=gettext_lazy("As of"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("A day, a month or a year: 1 June 1995, 2009-09, 1991. Empty: always today."),
    )
    rows = forms.IntegerField(
        label=gettext_lazy("Rows at most"), required=False, min_value=1, max_value=MOST_ROWS
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=gettext_lazy("Light or dark"), required=False, choices=THEMES)
    accent = forms.CharField(
        label=gettext_lazy("Accent colour"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("As #a00 or #aa0000. It is darkened or lightened until it can be read."),
    )
    display = DisplayField(
        label=gettext_lazy("Display"),
        required=False,
        help_text=gettext_lazy("Of the frame, for readers who need it otherwise."),
    )

    def __init__(self, embed, data, asked):
        super().__init__(data)
        self.asked = asked
        self.fields["section"].choices = embed.sections()
        self.fields["rows"].widget.attrs["placeholder"] = embed.rows
        for name in {"section", "on", "rows"} - set(embed.options):
            del self.fields[name]

    def clean_on(self):
        if self.asked.error:
            raise forms.ValidationError(self.asked.error)
        return str(self.asked.day or "")

    def clean_accent(self):
        text = self.cleaned_data["accent"].strip()
        try:
            return digits_of(text) if text else ""
        except ValueError:
            raise forms.ValidationError(
                _("“%(text)s” is not a colour that we can read. Write it as #a00 or #aa0000.")
                % {"text": text[:20]}
            ) from None

    def chosen(self):
        """Give the options that were understood, defaults for the others."""
        self.errors  # noqa: B018 - validates
        given = getattr(self, "cleaned_data", {})
        return {
            "sections": given.get("section") or None,
            "rows": given.get("rows"),
            "language": given.get("language") or settings.LANGUAGE_CODE,
            "theme": given.get("theme") or THEMES[0][0],
            "accent": given.get("accent", ""),
            "display": display.read(given.get("display", "")),
        }

    def problems(self):
        """Give the sentences on what was not understood."""
        return [f"{self.fields[name].label}: {error}" for name, told in self.errors.items() for error in told]

    def query(self, *left_out):
        """Give the query string of what was understood and is not the default, but for the fields left out."""
        given = {name: self.cleaned_data.get(name) for name in self.fields if name not in left_out}
        defaults = {"language": settings.LANGUAGE_CODE, "theme": THEMES[0][0]}
        pairs = {name: value for name, value in given.items() if value and value != defaults.get(name)}
        return urlencode(pairs, doseq=True)


# What can be embedded ----------------------------------------------------------


class Embed:
    """Something that other sites embed: rows about a record, in sections, as a passport has them.

    `content` gives what templates/portal/_passport_sections.html takes, and `intro`, a sentence or nothing.
    """

    name = ""  # of its addresses: embed_…, embed_…_fragment
    tail = ""  # of its addresses, after the record's slug
    model = None
    label = ""
    options = ("on",)
    rows = 0  # at most, in a group, unless the address says otherwise

    def sections(self):
        return []

    def content(self, record, asked, chosen):
        raise NotImplementedError

    def title(self, record):
        raise NotImplementedError

    def list_address(self, record):
        """Give the address of the page that has all of it."""
        raise NotImplementedError

    def address(self, record, query=""):
        return with_query(reverse(f"embed_{self.name}", args=[record.slug]), query)

    def fragment_address(self, record, query=""):
        return with_query(reverse(f"embed_{self.name}_fragment", args=[record.slug]), query)

    def id(self, record):
        return "-".join(filter(None, ("citynet", record.slug, self.tail.strip("/"))))


class CityPassport(Embed):
    name, model, label = "city", City, gettext_lazy("Passport of the city")
    options = ("section", "on")

    def sections(self):
        return [(key, heading) for key, (heading, _groups) in SECTIONS.items()]

    def content(self, record, asked, chosen):
        return passport_of(record, asked, chosen["sections"])

    def title(self, record):
        return _("%(city)s in city networks") % {"city": record.name}

    def list_address(self, record):
        return record.get_absolute_url()


class NetworkMembers(Embed):
    name, tail, model, label = "network_members", "/members", Network, gettext_lazy("Members of the network")
    options, rows = ("on", "rows"), 100

    def content(self, record, asked, chosen):
        members = record.memberships.published().on(asked.for_query)
        most, evidence = chosen["rows"] or self.rows, Evidence(record)
        shown = list(
            members.select_related("city", "organisation", "source", "network", "joint_with__city").order_by(
                *by_name_of("city", "organisation")
            )[: most + 1]
        )
        more = members.count() - most if len(shown) > most else 0
        shown = shown[:most]
        counted = members.filter(joint_with=None).aggregate(
            cities=Count("city", distinct=True), countries=Count("city__country", distinct=True)
        )
        rows = [self.row(row, asked, evidence) for row in shown]
        return {
            "intro": intro_of_members(counted),
            "sections": [Section("members", _("Members"), [Group("", rows, more)] if rows else [])],
            "evidence": evidence,
        }

    def row(self, row, asked, evidence):
        evidence.note(row)
        joint = row.joint_with and public(row.joint_with.city)
        details = [
            row.city and row.city.country.name,
            row.get_category_display(),
            row.listed_as and _("listed as “%(name)s”") % {"name": row.listed_as},
            joint and _("jointly with %(city)s") % {"city": joint},
        ]
        what = link(row.city, asked) if row.city else Part(row.organisation.name)
        details = [Part(str(detail)) for detail in details if detail]
        return Row(what, details, period(row), asked.doubt(row), evidence.number(row.source))

    def title(self, record):
        return _("Members of %(network)s") % {"network": record.name}

    def list_address(self, record):
        return f"{reverse('networks:city_list')}?{urlencode({'network': record.slug})}"


class Events(Embed):
    """The events of a network or, hosted by it, of a city: what is to come first."""

    tail = "/events"
    options, rows = ("section", "rows"), 20

    def sections(self):
        return [("upcoming", _("To come")), ("past", _("Past"))]

    def content(self, record, asked, chosen):
        most, evidence = chosen["rows"] or self.rows, Evidence(record)
        events, today = record.events.published(), timezone.localdate()
        found = {
            "upcoming": events.upcoming(today).order_by("start_earliest", *BY_NAME),
            "past": events.past(today).order_by("-start_earliest", *BY_NAME),
        }
        sections = []
        for key, heading in self.sections():
            if chosen["sections"] and key not in chosen["sections"]:
                continue
            shown = list(found[key].with_public_hosts().select_related("source")[: most + 1])
            more = found[key].count() - most if len(shown) > most else 0
            rows = [self.row(event, record, evidence) for event in shown[:most]]
            if rows or chosen["sections"]:
                sections.append(Section(key, heading, [Group("", rows, more)] if rows else []))
        return {"intro": "", "sections": sections, "evidence": evidence}

    def row(self, event, record, evidence):
        evidence.note(event)
        details = [link(host.city) for host in event.public_hosts if host.city != record]
        if event.status != Event.Status.SCHEDULED:
            details.append(Part(event.get_status_display()))
        return Row(link(event), details, event_dates(event), "", evidence.number(event.source))


class CityEvents(Events):
    name, model, label = "city_events", City, gettext_lazy("Events hosted by the city")

    def title(self, record):
        return _("Events hosted by %(city)s") % {"city": record.name}

    def list_address(self, record):
        return f"{reverse('events:event_list')}?{urlencode({'city': record.slug})}"


class NetworkEvents(Events):
    name, model, label = "network_events", Network, gettext_lazy("Events of the network")

    def title(self, record):
        return _("Events of %(network)s") % {"network": record.name}

    def list_address(self, record):
        return f"{reverse('events:event_list')}?{urlencode({'network': record.slug})}"


EMBEDS = (CityPassport(), CityEvents(), NetworkMembers(), NetworkEvents())


def with_query(address, query):
    return f"{address}?{query}" if query else address


def link(record, asked=None):
    """Give the record's name with the address of its page, about the asked day."""
    address = f"{record.get_absolute_url()}{asked.query() if asked else ''}"
    return Part(record.name, address, foreign_language(record, "name"))


def intro_of_members(counted):
    if not counted["cities"]:
        return ""
    cities = ngettext("%(count)s member city", "%(count)s member cities", counted["cities"])
    countries = ngettext("%(count)s country", "%(count)s countries", counted["countries"])
    return _("%(cities)s in %(countries)s.") % {
        "cities": cities % {"count": counted["cities"]},
        "countries": countries % {"count": counted["countries"]},
    }


# The addresses -----------------------------------------------------------------


def embedded(request, embed, slug, heading):
    """Give what the templates say about a record in the active language. Raises Http404."""
    record = get_object_or_404(embed.model.objects.published(), slug=slug)
    asked = AskedDay(request if "on" in embed.options else HttpRequest())
    form = OptionsForm(embed, request.GET, asked)
    chosen = form.chosen()
    content = embed.content(record, asked, chosen)
    origin, evidence = origin_of(request), content.get("evidence")
    address = f"{origin}{embed.list_address(record)}"
    if asked:
        address += f"{'&' if '?' in address else '?'}on={asked.day}"
    passport = {
        "id": embed.id(record),
        "link": address.removeprefix(origin),
        "as_of": asked.words() or day_words(timezone.localdate()),
        "is_period": asked and not asked.is_day,
        **(evidence and {"sources": evidence.sources, "updated_at": evidence.updated_at} or {}),
        **content,
    }
    context = {
        **chosen,
        "passport": passport,
        "depends_on_day": "on" in embed.options,
        "title": embed.title(record),
        "heading": heading,
        "problems": form.problems(),
        "origin": origin,
        "address": address,
        "bidi": "rtl" if get_language_info(chosen["language"])["bidi"] else "ltr",
    }
    html = render_to_string("portal/embed/_fragment.html", context)
    return {**context, "record": record, "html": inert(html, origin)}


def asked_language(request):
    language = request.GET.get("language", "")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def finish(response, context):
    """Say in what language it is, and that search engines shall send people to our own page (RFC 8288)."""
    response.headers["Content-Language"] = context["language"]
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Link"] = f'<{context["address"]}>; rel="canonical"'
    return response


def frame_of(embed):
    """Give the view of the page that stands in a frame on another site."""

    @frameable
    @require_safe
    @public_page(shared_for=KEPT_ELSEWHERE)
    def frame(request, slug):
        with override(asked_language(request)):
            try:
                context = embedded(request, embed, slug, heading="h1")
            except Http404:
                moved = renamed(request, embed.model.objects.published(), slug)
                missing = {"home": reverse("home")}
                return moved or render(request, "portal/embed/missing.html", missing, status=404)
            html = LINK_AWAY.sub('<a target="_top" ', context["html"])
            attributes = display.attributes_of(context["display"])
            page = {**context, "html": mark_safe(html), "display_attributes": attributes}
            return finish(render(request, "portal/embed/frame.html", page), context)

    return frame


def fragment_of(embed):
    """Give the view of the piece of HTML for a page of another site."""

    @open_to_others
    @require_safe
    @public_page(shared_for=KEPT_ELSEWHERE)
    @following(embed.model)
    def fragment(request, slug):
        with override(asked_language(request)):
            context = embedded(request, embed, slug, heading="p")
            return finish(HttpResponse(context["html"]), context)

    return fragment


@open_to_others
@require_safe
@cache_control(public=True, max_age=ACCENT_KEPT)
def accent(request, colour):
    """Give the stylesheet that brings an accent colour, readable on a light and on a dark ground."""
    try:
        digits = digits_of(colour)
    except ValueError:
        raise Http404 from None
    colours = "".join(
        f"--citynet-accent-{theme}:#{readable(digits, ground)};" for theme, ground in GROUNDS.items()
    )
    return HttpResponse(f".citynet-accent-{digits}{{{colours}}}\n", content_type="text/css")


class SnippetForm(OptionsForm):
    """The options, and what it is that is to be embedded: in the language of the page, unless told."""

    def __init__(self, embed, data, asked, embeds):
        data = data.copy()
        data.setdefault("language", active_language())
        super().__init__(embed, data, asked)
        choices = [(each.name, each.label) for each in embeds]
        self.fields = {
            "show": forms.ChoiceField(
                label=gettext_lazy("What to embed"), required=False, choices=choices, initial=embed.name
            ),
            **self.fields,
        }

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        return helper

    def query(self, *left_out):
        return super().query("show", *left_out)


def snippet_of(model):
    """Give the view that helps to embed what there is of a city or a network."""
    embeds = [embed for embed in EMBEDS if embed.model is model]

    @csp_update({"frame-src": [SELF]})
    @require_safe
    @public_page
    @following(model)
    def snippet(request, slug):
        record = get_object_or_404(model.objects.published(), slug=slug)
        embed = next((each for each in embeds if each.name == request.GET.get("show")), embeds[0])
        form = SnippetForm(embed, request.GET, AskedDay(request), embeds)
        chosen = form.chosen()
        query, origin = form.query(), origin_of(request)
        with override(chosen["language"]):
            title = embed.title(record)
        frame = embed.address(record, query)
        sheets = [f"{settings.STATIC_URL}{OPEN_STYLESHEET}"]
        if chosen["accent"]:
            sheets.append(reverse("embed_accent", args=[chosen["accent"]]))
        context = {
            "record": record,
            "form": form,
            "frame": frame,
            "frame_title": title,
            "frame_code": format_html(FRAME_CODE, f"{origin}{frame}", title, chosen["language"]),
            "fragment": f"{origin}{embed.fragment_address(record, form.query('display'))}",
            "style_code": format_html_join("\n", STYLE_CODE, [(f"{origin}{sheet}",) for sheet in sheets]),
            "minutes": KEPT_ELSEWHERE // 60,
        }
        return render(request, "portal/embed/snippet.html", context)

    return snippet


urlpatterns = [
    path("cities/<slug:slug>/embed/", snippet_of(City), name="city_embed"),
    path("networks/<slug:slug>/embed/", snippet_of(Network), name="network_embed"),
]
for_others = [  # the language is an option of theirs
    path("embed/accent-<slug:colour>.css", accent, name="embed_accent"),
]
for embed in EMBEDS:
    below = f"embed/{PLURALS[embed.model]}/<slug:slug>{embed.tail}"
    for_others += [
        path(f"{below}/", frame_of(embed), name=f"embed_{embed.name}"),
        path(f"{below}.html", fragment_of(embed), name=f"embed_{embed.name}_fragment"),
    ]
