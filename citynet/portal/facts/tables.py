"""Which files there are, which model each fills, and by which columns a row is found again."""

from dataclasses import dataclass
from functools import cached_property

from django.db import models

from citynet.content.models import News
from citynet.core.translated import OTHERS, attribute_of
from events.models import Event, EventHost, EventLanguage, Series, Session, Speaker, Track
from networks.models import (
    Award,
    AwardEdition,
    AwardWinner,
    Body,
    BodyParent,
    City,
    CityName,
    Document,
    DocumentParty,
    Figure,
    Grant,
    Membership,
    Network,
    Organisation,
    Participation,
    Person,
    Practice,
    Programme,
    Project,
    Role,
    Source,
    Topic,
    Twinning,
    Uptake,
)


@dataclass(frozen=True)
class Column:
    """What a column of a file fills: a field, a link by slug, several links, or a part of a longer link."""

    name: str
    field: models.Field | None = None  # None for a part of a longer link
    linked: str = ""  # the file whose slugs the cell holds
    is_many: bool = False
    is_required: bool = False


@dataclass(frozen=True)
class Table:
    """One file: its model, the columns that say which row is meant, and the columns that say more about it.

    `links` are the rows of other files that only several columns together find: the field, that file, and
    the columns of this file that hold its key. An empty column named like the field means no link.
    """

    name: str
    model: type[models.Model]
    key: str
    more: str = ""
    links: tuple = ()
    is_pair: bool = False  # the two columns of the key have no order

    @property
    def file(self):
        return f"{self.name}.csv"

    @cached_property
    def key_columns(self):
        return [self.columns[name] for name in self.key.split()]

    @cached_property
    def further(self):
        """The columns that say more about a row; after them its texts in each further language: `name_it`."""
        translated = getattr(self.model, "translated", ())
        return [
            *self.more.split(),
            *(attribute_of(name, language) for language in OTHERS for name in translated),
        ]

    @cached_property
    def columns(self):
        """The columns by name, in the order in which the README lists them."""
        fields = {model_field.name: model_field for model_field in self.model._meta.get_fields()}
        linked_by = {part: link for link in self.links for part in link[2]}
        columns = {}
        for name in [*self.key.split(), *self.further]:
            if name in linked_by and (name not in fields or name == linked_by[name][0]):
                columns[name] = Column(name, is_required=not fields[linked_by[name][0]].null)
                continue
            model_field = fields[name]
            is_many, is_link = bool(model_field.many_to_many), model_field.is_relation
            columns[name] = Column(
                name,
                model_field,
                linked=SLUG_TABLES[model_field.related_model] if is_link else "",
                is_many=is_many,
                is_required=not (
                    (model_field.blank and (is_many or not is_link))
                    or (model_field.null and not is_many)
                    or model_field.has_default()
                ),
            )
        return columns

    @cached_property
    def key_paths(self):
        """The lookups that lead from a row of the model to the texts of its key."""
        paths = []
        for column in self.key_columns:
            if column.field:
                paths.append(f"{column.name}__slug" if column.linked else column.name)
            else:
                name, target, parts = next(link for link in self.links if column.name in link[2])
                paths.append(f"{name}__{TABLES[target].key_paths[parts.index(column.name)]}")
        return paths

    def key_of(self, texts):
        """Give the key of a row from the texts of its key columns."""
        return tuple(sorted(texts)) if self.is_pair else tuple(texts)


SOURCE = "source note"
FACT = "source quote note"
DATED = "start end confirmed_on"

# In this order: what a row refers to stands in a file before its own, or in its own.
TABLES = {
    table.name: table
    for table in (
        Table("topics", Topic, "slug", "name parent summary text website"),
        Table(
            "cities",
            City,
            "slug",
            "name local_name country latitude longitude population population_year geonames_id wikidata_id "
            "unlocode website office summary text topics note",
        ),
        Table("city_names", CityName, "city name language"),
        Table("organisations", Organisation, "slug", "name acronym kind country city website summary text"),
        Table("sources", Source, "slug", "publisher title url published_on seen_on licence note"),
        Table("people", Person, "slug", "name title city organisation website summary text"),
        Table(
            "networks",
            Network,
            "slug",
            f"name acronym kind {DATED} seat host_organisation predecessor website summary text topics {SOURCE}",
        ),
        Table(
            "memberships",
            Membership,
            "network city organisation category start",
            f"listed_as end confirmed_on joint_with {FACT}",
            links=(("joint_with", "memberships", ("network", "joint_with", "", "category", "start")),),
        ),
        Table(
            "bodies",
            Body,
            "slug",
            f"name acronym kind network seats {DATED} website summary text topics {SOURCE}",
        ),
        Table("body_parents", BodyParent, "body parent start", "end confirmed_on"),
        Table(
            "roles",
            Role,
            "network body post city person start",
            f"label organisation is_acting end confirmed_on {FACT}",
        ),
        Table("twinnings", Twinning, "city_a city_b", f"{DATED} {FACT}", is_pair=True),
        Table(
            "programmes",
            Programme,
            "slug",
            f"name acronym network parent predecessor call duration {DATED} website summary text topics {SOURCE}",
        ),
        Table(
            "projects",
            Project,
            "slug",
            f"name acronym network programme parent call duration {DATED} website summary text topics {SOURCE}",
        ),
        Table("grants", Grant, "programme project funder amount", f"currency {FACT}"),
        Table(
            "participations",
            Participation,
            "project city organisation part start",
            f"end confirmed_on {FACT}",
        ),
        Table(
            "practices",
            Practice,
            "slug",
            "name city year results website summary text networks topics source",
        ),
        Table("uptakes", Uptake, "practice city", f"year {FACT}"),
        Table("awards", Award, "slug", "name network organisation website summary text source"),
        Table("award_editions", AwardEdition, "award year", FACT),
        Table(
            "award_winners",
            AwardWinner,
            "award year category prize city",
            f"practice {FACT}",
            links=(("edition", "award_editions", ("award", "year")),),
        ),
        Table(
            "documents",
            Document,
            "slug",
            "name kind url stated_format language date place network body project website summary text topics "
            f"{SOURCE}",
        ),
        Table("document_parties", DocumentParty, "document city organisation"),
        Table(
            "figures",
            Figure,
            "network body programme metric source value",
            "qualifier as_of confirmed_on quote note",
        ),
        Table("series", Series, "slug", f"name kind network body website summary text {SOURCE}"),
        Table(
            "events",
            Event,
            "slug",
            "name kind series networks body super_event start end confirmed_on start_time end_time timezone "
            "venue mode status themes is_free fee currency online_link attendance documents topics website "
            f"summary text {SOURCE}",
        ),
        Table("event_hosts", EventHost, "event city", "position"),
        Table("event_languages", EventLanguage, "event language use"),
        Table("tracks", Track, "event name", "position"),
        Table(
            "sessions",
            Session,
            "event title",
            "track kind summary room starts_at ends_at position",
            links=(("track", "tracks", ("event", "track")),),
        ),
        Table(
            "speakers",
            Speaker,
            "event session name person",
            "city organisation part position",
            links=(("session", "sessions", ("event", "session")),),
        ),
        Table(
            "news",
            News,
            "slug",
            "name date summary text website networks cities bodies events topics",
        ),
    )
}
SLUG_TABLES = {table.model: name for name, table in TABLES.items() if table.key == "slug"}
