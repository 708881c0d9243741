"""What changed between two days: as rows, as a page and a file, and as a feed."""

from .between import Change, Changes, Kind, changes

__all__ = ["Change", "Changes", "Kind", "changes"]
