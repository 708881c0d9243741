"""The pages of single networks, cities, groups, projects, practices, documents and people."""

from citynet.core.details import PublicDetailView

from ..models import Body, City, Document, Network, Person, Practice, Project


class NetworkDetail(PublicDetailView):
    model = Network


class CityDetail(PublicDetailView):
    model = City


class BodyDetail(PublicDetailView):
    model = Body


class ProjectDetail(PublicDetailView):
    model = Project


class PracticeDetail(PublicDetailView):
    model = Practice


class DocumentDetail(PublicDetailView):
    model = Document


class PersonDetail(PublicDetailView):
    model = Person
