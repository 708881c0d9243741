"""The admin of places, networks, governance, work and evidence, arranged as the models are."""

from . import evidence, governance, networks, places, work

__all__ = ["evidence", "governance", "networks", "places", "work"]
