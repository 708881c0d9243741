"""The addresses of events."""

from django.urls import path

from .views import calendar, details, lists

app_name = "events"
urlpatterns = [
    path("events/", lists.EventList.as_view(), name="event_list"),
    path("events.<str:format>", lists.EventList.as_view(), name="event_download"),
    path("events/suggest/", lists.suggest_events, name="event_suggest"),
    path("events/calendar/", calendar.EventCalendar.as_view(), name="event_calendar"),
    path("events/agenda/", calendar.EventAgenda.as_view(), name="event_agenda"),
    path("events/<slug:slug>.ics", calendar.event_ics, name="event_ics"),
    path("events/<slug:slug>.<str:format>", details.EventDetail.as_view(), name="event_cite"),
    path("events/<slug:slug>/", details.EventDetail.as_view(), name="event_detail"),
]
