"""Places, networks, membership, governance, work, documents, and the evidence for them."""

from .documents import Document, DocumentParty
from .evidence import Cited, Fact, Figure, Metric, Qualifier, Source, Sourced
from .governance import Body, BodyParent, Role
from .networks import Membership, Network, NetworkEditor
from .places import City, CityAlias, CityName, Organisation, Person, Topic, Twinning
from .work import (
    Award,
    AwardEdition,
    AwardWinner,
    Currency,
    Grant,
    Participation,
    Practice,
    Programme,
    Project,
    Uptake,
)

__all__ = [
    "Award",
    "AwardEdition",
    "AwardWinner",
    "Body",
    "BodyParent",
    "Cited",
    "City",
    "CityAlias",
    "CityName",
    "Currency",
    "Document",
    "DocumentParty",
    "Fact",
    "Figure",
    "Grant",
    "Membership",
    "Metric",
    "Network",
    "NetworkEditor",
    "Organisation",
    "Participation",
    "Person",
    "Practice",
    "Programme",
    "Project",
    "Qualifier",
    "Role",
    "Source",
    "Sourced",
    "Topic",
    "Twinning",
    "Uptake",
]
