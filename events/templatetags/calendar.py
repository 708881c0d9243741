"""What the templates of calendars need: the times of an event, where it is held."""

from django import template

from ..calendar import start_of, times_of

register = template.Library()

register.filter("event_times", times_of)
register.filter("event_start", start_of)
