"""The addresses of networks, cities, groups, projects, practices, documents and people."""

from django.urls import path

from .views import comparison, details, evidence, lists, overlap, partners, timelines

app_name = "networks"
urlpatterns = [
    path("cities/suggest/", lists.suggest_cities, name="city_suggest"),
    path("groups/suggest/", lists.suggest_groups, name="body_suggest"),
    path("projects/suggest/", lists.suggest_projects, name="project_suggest"),
    path("numbers/", evidence.numbers, name="numbers"),
    path("numbers.csv", evidence.numbers_csv, name="numbers_csv"),
    path("networks/<slug:slug>/numbers/", evidence.network_numbers, name="network_numbers"),
    path("networks/<slug:slug>/numbers.csv", evidence.network_numbers_csv, name="network_numbers_csv"),
    path("contradictions/", evidence.contradictions, name="contradictions"),
    path("contradictions.csv", evidence.contradictions_csv, name="contradictions_csv"),
    path("sources/<slug:slug>.csv", evidence.source_facts, name="source_facts"),
]
for question in (
    comparison.CitiesCompared,
    comparison.NetworksCompared,
    partners.Partners,
    overlap.OverlapMatrix,
):
    urlpatterns += [
        path(f"{question.path}/", question.as_view(), name=question.name),
        path(f"{question.path}.csv", question.as_view(), {"format": "csv"}, name=f"{question.name}_csv"),
    ]
for plural, name, list_view, detail_view in (
    ("networks", "network", lists.NetworkList, details.NetworkDetail),
    ("cities", "city", lists.CityList, details.CityDetail),
    ("groups", "body", lists.BodyList, details.BodyDetail),
    ("projects", "project", lists.ProjectList, details.ProjectDetail),
    ("practices", "practice", lists.PracticeList, details.PracticeDetail),
    ("documents", "document", lists.DocumentList, details.DocumentDetail),
    ("people", "person", lists.PersonList, details.PersonDetail),
    ("sources", "source", evidence.SourceList, evidence.SourceDetail),
):
    urlpatterns += [
        path(f"{plural}/", list_view.as_view(), name=f"{name}_list"),
        path(f"{plural}.<str:format>", list_view.as_view(), name=f"{name}_download"),
        path(f"{plural}/<slug:slug>/", detail_view.as_view(), name=f"{name}_detail"),
        path(f"{plural}/<slug:slug>.<str:format>", detail_view.as_view(), name=f"{name}_cite"),
    ]
for plural, name, list_view in (
    ("memberships", "membership", lists.MembershipList),
    ("roles", "role", lists.RoleList),
):
    urlpatterns += [
        path(f"{plural}/", list_view.as_view(), name=f"{name}_list"),
        path(f"{plural}.<str:format>", list_view.as_view(), name=f"{name}_download"),
    ]
for plural, timeline_view in (("networks", timelines.NetworkTimeline), ("cities", timelines.CityTimeline)):
    name = f"{timeline_view.name}_timeline"
    urlpatterns += [
        path(f"{plural}/<slug:slug>/timeline/", timeline_view.as_view(), name=name),
        path(
            f"{plural}/<slug:slug>/timeline.csv",
            timeline_view.as_view(),
            {"format": "csv"},
            name=f"{name}_csv",
        ),
    ]
