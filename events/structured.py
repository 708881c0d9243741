"""Events as schema.org things; see `citynet.core.structured`. Never with the link to take part online."""

import datetime

from citynet.core.structured import iso_date, link, public, thing
from networks.structured import about, keywords, place

from .models import Event

STATUS = {
    Event.Status.SCHEDULED: "https://schema.org/EventScheduled",
    Event.Status.POSTPONED: "https://schema.org/EventPostponed",
    Event.Status.MOVED_ONLINE: "https://schema.org/EventMovedOnline",
    Event.Status.CANCELLED: "https://schema.org/EventCancelled",
}
MODE = {
    Event.Mode.IN_PERSON: "https://schema.org/OfflineEventAttendanceMode",
    Event.Mode.ONLINE: "https://schema.org/OnlineEventAttendanceMode",
    Event.Mode.HYBRID: "https://schema.org/MixedEventAttendanceMode",
}


def moment(event, date, time):
    """Give a day, or the moment of it with its offset from UTC where the time is known (ISO 8601)."""
    if not time or date.precision != "day":
        return iso_date(date)
    return datetime.datetime.combine(date.earliest, time, tzinfo=event.timezone).isoformat()


def locations(event, mode, hosts, origin):
    """Give the places of an event that has some, and its page for the place of one that is online."""
    if mode == Event.Mode.ONLINE:
        return [thing("VirtualLocation", url=f"{origin}{event.get_absolute_url()}")]
    places = [place(host.city, origin) for host in hosts]
    if event.venue and len(places) <= 1:
        address = places[0]["address"] if places else event.venue
        places = [thing("Place", name=event.venue, address=address)]
    if mode == Event.Mode.HYBRID:
        places.append(thing("VirtualLocation", url=f"{origin}{event.get_absolute_url()}"))
    return places


def describe_event(context, origin):
    """Give the thing of an event's page, from its context and the origin of the site's addresses."""
    event = context["object"]
    mode = Event.Mode.ONLINE if event.status == Event.Status.MOVED_ONLINE else event.mode
    super_event = public(event.super_event)
    return thing(
        "Event",
        **about(event, origin),
        startDate=moment(event, event.start, event.start_time),
        endDate=moment(event, event.end or event.start, event.end_time),
        eventStatus=STATUS[event.status],
        eventAttendanceMode=MODE.get(mode),
        location=locations(event, mode, context["hosts"], origin),
        organizer=[link("Organization", network, origin) for network in context["networks"]],
        superEvent=super_event and link("Event", super_event, origin),
        subEvent=[
            link("Event", sub_event, origin, startDate=iso_date(sub_event.start))
            for sub_event in context["sub_events"]
        ],
        inLanguage=[row.language for row in context["working_languages"]],
        isAccessibleForFree=event.is_free,
        keywords=keywords(context),
    )
