"""The addresses of events."""

from django.urls import path

from .views import details

app_name = "events"
urlpatterns = [
    path("events/<slug:slug>/", details.EventDetail.as_view(), name="event_detail"),
]
