"""Series of events, events, and their programme."""

from .events import Event, EventHost, EventLanguage, Series
from .programme import Session, Speaker, Track

__all__ = ["Event", "EventHost", "EventLanguage", "Series", "Session", "Speaker", "Track"]
