"""What the templates of calendars need: the times of an event, where it is held."""

from django import template

from ..calendar import times_of

register = template.Library()

register.filter("event_times", times_of)
