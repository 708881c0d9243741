"""One address of each kind of page, with the demo loaded: `from .pages import PAGES`."""

DETAILS = {
    "network": "/networks/eurocities/",
    "network, members chosen": "/networks/eurocities/?country=IT&category=full",
    "network on a day": "/networks/eurocities/?on=1995-06-01",
    "network of thousands": "/networks/covenant-of-mayors/?page=2",
    "city": "/cities/bologna/",
    "city on a day": "/cities/milan/?on=2014",
    "city of few facts": "/cities/acharnes/",
    "group": "/groups/eurocities-environment-forum/",
    "project": "/projects/lets-gov/",
    "practice": "/practices/milan-food-policy/",
    "document": "/documents/milan-urban-food-policy-pact/",
    "person": "/people/anna-lisa-boni/",
    "source": "/sources/milan-page-on-networks/",
    "event": "/events/c40-world-mayors-summit-copenhagen-2019/",
    "day that is none": "/cities/bologna/?on=yesterdayish",
}
PASSPORTS = {
    "passport": "/cities/milan/passport/",
    "passport, sections on a day": "/cities/bologna/passport/?on=1995-06&section=roles&section=nonsense",
    "passport of few facts": "/cities/acharnes/passport/",
}
LISTS = {
    "networks": "/networks/",
    "cities": "/cities/",
    "groups": "/groups/",
    "projects": "/projects/",
    "practices": "/practices/",
    "documents": "/documents/",
    "people": "/people/",
    "sources": "/sources/",
    "events": "/events/",
}
STATES = {
    "filtered list": "/cities/?country=IT&network=mufpp",
    "second page": "/cities/?page=2",
    "list on a day": "/groups/?on=1995",
    "members on a day": "/cities/?network=eurocities&on=1991-06-01",
    "memberships": "/memberships/",
    "roles on a day": "/roles/?on=1995-06-01",
    "list as cards": "/networks/?view=cards&rows=50",
    "cities as cards": "/cities/?view=cards",
    "cities on a map": "/cities/?view=map&network=mufpp",
    "events on a map": "/events/?view=map",
    "counted exactly": "/cities/?exact=on&rows=100",
    "empty list": "/cities/?q=zzzzzzzz",
    "list with problems": "/events/?country=nowhere&from=2030&to=2001&page=x",
}
OTHERS = {
    "home": "/",
    "home on a day": "/?on=1995-06-01",
    "search": "/search/?q=milan",
    "search with a slip": "/search/?q=Barclona",
    "search without words": "/search/",
    "search that finds nothing": "/search/?q=zzzzzzzz",
    "about the data": "/about/data/",
    "display preferences": "/display/?next=%2Fcities%2F%3Fcountry%3DIT",
    "what changed": "/changes/?from=1990&to=1999",
    "what changed in a network": "/changes/?from=1985&network=eurocities&page=2",
    "what changed in a city": "/changes/?from=1990&city=bologna",
    "nothing changed": "/changes/?from=1800&to=1801",
    "sources, second page": "/about/data/?page=2",
    "stated and counted": "/numbers/",
    "stated and counted of a network": "/networks/eurocities/numbers/",
    "contradictions": "/contradictions/",
    "contradictions of a kind": "/contradictions/?network=eurocities&kind=fewer",
}
OWN_WORDS = {
    "page": "/about/",
    "page below another": "/about/open-data/",
    "news": "/news/",
    "news as cards": "/news/?view=cards&network=eurocities",
    "news of a year": "/news/2025/",
    "item of news": "/news/mayors-meet-in-rio-de-janeiro/",
    "thanks for an answer": "/rate/thanks/",
}
CALENDARS = {
    "calendar": "/events/calendar/",
    "calendar of a month": "/events/calendar/?month=2019-04",
    "calendar, filtered": "/events/calendar/?month=2019-04&network=eurocities",
    "month that is none": "/events/calendar/?month=2019-13",
    "agenda": "/events/agenda/",
    "agenda, filtered": "/events/agenda/?network=eurocities",
}
EMBEDS = {
    "embedded passport": "/embed/cities/bologna/?language=it&accent=aa0000",
    "embedded events of a city": "/embed/cities/milan/events/",
    "embedded members": "/embed/networks/eurocities/members/?on=1995&theme=dark",
    "embedded events": "/embed/networks/eurocities/events/?language=it",
    "embedding a city": "/cities/bologna/embed/?language=it&accent=ffff00",
    "embedding a network": "/networks/eurocities/embed/?show=network_events",
}
SIDE_BY_SIDE = {
    "comparison of cities": "/compare/cities/?city=bologna&city=milan",
    "comparison on a day": "/compare/cities/?city=bologna&city=milan&city=turin&on=2014",
    "comparison of one city": "/compare/cities/?city=bologna",
    "comparison of networks": "/compare/networks/?network=eurocities&network=c40",
    "members of both networks": "/compare/networks/?network=mufpp&network=c40&in=mufpp&in=c40",
    "partners": "/partners/?city=bologna&topic=food",
    "partners, not asked yet": "/partners/",
    "overlap of networks": "/overlap/",
}
TIMELINES = {
    "timeline of a network": "/networks/eurocities/timeline/?on=1995",
    "timeline of a network, zoomed": "/networks/eurocities/timeline/?from=1990&to=1999&kind=role&kind=event",
    "timeline of thousands": "/networks/covenant-of-mayors/timeline/?kind=membership&page=2",
    "timeline of a city": "/cities/milan/timeline/",
    "timeline that is not understood": "/cities/bologna/timeline/?from=x&to=1&kind=y&on=z&page=0",
}
PAGES = {
    **OTHERS,
    **DETAILS,
    **PASSPORTS,
    **LISTS,
    **STATES,
    **OWN_WORDS,
    **CALENDARS,
    **EMBEDS,
    **SIDE_BY_SIDE,
    **TIMELINES,
}
NOT_FOUND = "/cities/nowhere-at-all/"
