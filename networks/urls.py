"""The addresses of networks, cities, groups, projects, practices, documents and people."""

from django.urls import path

from .views import details

app_name = "networks"
urlpatterns = [
    path("networks/<slug:slug>/", details.NetworkDetail.as_view(), name="network_detail"),
    path("cities/<slug:slug>/", details.CityDetail.as_view(), name="city_detail"),
    path("groups/<slug:slug>/", details.BodyDetail.as_view(), name="body_detail"),
    path("projects/<slug:slug>/", details.ProjectDetail.as_view(), name="project_detail"),
    path("practices/<slug:slug>/", details.PracticeDetail.as_view(), name="practice_detail"),
    path("documents/<slug:slug>/", details.DocumentDetail.as_view(), name="document_detail"),
    path("people/<slug:slug>/", details.PersonDetail.as_view(), name="person_detail"),
]
