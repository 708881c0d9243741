"""Networks, cities and what they do as schema.org things; see `citynet.core.structured`.

Each function takes the context of a detail page and the origin of the site's addresses, and gives one thing.
Facts with a day are left out of a page that is asked about another day: its things are what is so now.
"""

from citynet.core.structured import iso_date, link, public, thing
from citynet.core.translated import every_language

from .models import Metric

GEONAMES = "https://sws.geonames.org/{}/"
WIKIDATA = "https://www.wikidata.org/entity/{}"


def about(record, origin, **properties):
    """Give the properties that every thing with a page has, and some more."""
    return {
        "name": record.name,
        "alternateName": other_names(record),
        "description": record.summary,
        "url": f"{origin}{record.get_absolute_url()}",
        "sameAs": [record.website] if record.website else [],
        **properties,
    }


def other_names(record, *further):
    """Give what a record is called besides: further names, its acronym, its name in the other languages."""
    names = (*further, getattr(record, "acronym", ""), *every_language(record, "name"))
    return [name for name in dict.fromkeys(names) if name and name != record.name]


def keywords(context):
    return ", ".join(topic.name for topic in context["topics"])


def organisation(record, origin, **properties):
    """Give a network, group or project: each is an Organization with a beginning and an end."""
    return about(
        record,
        origin,
        foundingDate=iso_date(record.start),
        dissolutionDate=iso_date(record.end),
        **properties,
    )


def party(row, origin):
    """Give the city or organisation of a membership, a role or a participation."""
    return link("City", row.city, origin) if row.city_id else link("Organization", row.organisation, origin)


def place(city, origin):
    """Give a city as the place of something else."""
    return link(
        "City",
        city,
        origin,
        geo=coordinates(city),
        address=thing("PostalAddress", addressLocality=city.name, addressCountry=city.country.code),
    )


def coordinates(city):
    if city.latitude is None or city.longitude is None:
        return None
    return thing("GeoCoordinates", latitude=city.latitude, longitude=city.longitude)


def describe_network(context, origin):
    network = context["object"]
    seat, host = public(network.seat), public(network.host_organisation)
    now = {}
    if not context["asked"]:
        counted = {words: number for words, number, _ in context["numbers"]["compared"]}
        now = {
            "member": [party(row, origin) for row in context["members"]],
            "interactionStatistic": thing(
                "InteractionCounter",
                interactionType="https://schema.org/JoinAction",
                userInteractionCount=counted.get(Metric.MEMBER_CITIES.label),
            ),
            "subOrganization": [link("Organization", body, origin) for body in context["bodies"]],
        }
    return thing(
        "Organization",
        **organisation(network, origin),
        location=seat and place(seat, origin),
        logo=f"{origin}{network.logo.url}" if network.logo else None,
        keywords=keywords(context),
        parentOrganization=host and link("Organization", host, origin),
        **now,
    )


def describe_city(context, origin):
    """Give the city as a place and as the public body that joins networks."""
    city = context["object"]
    names = (name.name for name in context["names"])
    identifiers = [
        GEONAMES.format(city.geonames_id) if city.geonames_id else "",
        WIKIDATA.format(city.wikidata_id) if city.wikidata_id else "",
        city.website,
    ]
    networks = [] if context["asked"] else dict.fromkeys(row.network for row in context["memberships"])
    return thing(
        ["City", "GovernmentOrganization"],
        **about(
            city,
            origin,
            alternateName=other_names(city, city.local_name, *names),
            sameAs=[address for address in identifiers if address],
        ),
        geo=coordinates(city),
        address=thing("PostalAddress", addressLocality=city.name, addressCountry=city.country.code),
        containedInPlace=thing("Country", name=city.country.name, identifier=city.country.code),
        identifier=city.unlocode and thing("PropertyValue", propertyID="UN/LOCODE", value=city.unlocode),
        additionalProperty=None
        if city.population is None
        else thing("PropertyValue", name="population", value=city.population),
        memberOf=[link("Organization", network, origin) for network in networks],
        keywords=keywords(context),
    )


def describe_body(context, origin):
    body = context["object"]
    now = {}
    if not context["asked"]:
        members = [row for row in (*context["leaders"], *context["participants"]) if row.city_id]
        cities = {row.city_id: row for row in members}
        now = {
            "member": [party(row, origin) for row in cities.values()],
            "subOrganization": [link("Organization", row.body, origin) for row in context["children"]],
        }
    return thing(
        "Organization",
        **organisation(body, origin),
        parentOrganization=link("Organization", body.network, origin),
        keywords=keywords(context),
        **now,
    )


def describe_project(context, origin):
    project = context["object"]
    parents = [record for record in (project.network, project.parent) if public(record)]
    funders = dict.fromkeys(grant.funder for grant in context["grants"] if public(grant.funder))
    return thing(
        "Project",
        **organisation(project, origin),
        parentOrganization=[link("Organization", record, origin) for record in parents],
        member=[] if context["asked"] else [party(row, origin) for row in context["participations"]],
        funder=[link("Organization", funder, origin) for funder in funders],
        keywords=keywords(context),
    )


def describe_practice(context, origin):
    practice = context["object"]
    city = public(practice.city)
    return thing(
        "CreativeWork",
        **about(practice, origin),
        dateCreated=practice.year and str(practice.year),
        dateModified=practice.updated_at.date(),
        contentLocation=city and place(city, origin),
        publisher=[link("Organization", network, origin) for network in context["networks"]],
        award=[str(row.edition) for row in context["awards"]],
        keywords=keywords(context),
    )


def describe_document(context, origin):
    document = context["object"]
    network = public(document.network)
    file = None
    if document.file:
        file = thing(
            "MediaObject",
            contentUrl=f"{origin}{document.file.url}",
            encodingFormat=document.media_type,
            contentSize=document.size and f"{document.size} B",
            sha256=document.checksum,
        )
    addresses = [address for address in (document.url, document.website) if address]
    return thing(
        "DigitalDocument",
        **about(document, origin, sameAs=addresses),
        datePublished=iso_date(document.date),
        inLanguage=document.language,
        encoding=file,
        publisher=network and link("Organization", network, origin),
        locationCreated=document.place and thing("Place", name=document.place),
        contributor=[party(row, origin) for row in context["parties"]],
        keywords=keywords(context),
    )


def describe_person(context, origin):
    """Give the holder of an office, and of no more than the office."""
    person = context["object"]
    city, organisation = public(person.city), public(person.organisation)
    affiliations = [
        city and link(["City", "GovernmentOrganization"], city, origin),
        organisation and link("Organization", organisation, origin),
    ]
    return thing(
        "Person",
        **about(person, origin),
        jobTitle=person.title,
        affiliation=[affiliation for affiliation in affiliations if affiliation],
    )
