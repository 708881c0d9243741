"""Names, summaries and texts in every language: one truth, history, constraints, order, search."""

import re

import pytest
from django.template import Context, Template
from django.utils.translation import override

from citynet.core.collation import BY_NAME
from citynet.core.keyset import beyond
from citynet.core.translated import in_language
from networks.models import City, Membership
from tests.networks.make import make_city, make_membership, make_network

pytestmark = pytest.mark.django_db


def test_a_name_is_read_and_written_in_the_active_language():
    city = make_city(name="Munich")
    with override("it"):
        assert city.name == "Munich"
        city.name = "Monaco di Baviera"
        city.save()
        assert str(City.objects.get()) == "Monaco di Baviera"
    city = City.objects.get()
    assert (city.name, city.name_en, city.name_it, city.name_de) == (
        "Munich",
        "Munich",
        "Monaco di Baviera",
        None,
    )
    assert city.search_text == "munich\nmonaco di baviera"
    assert (city.sort_text_it, city.sort_text_de) == ("monaco di baviera", None)
    change = city.history.latest().diff_against(city.history.earliest())
    assert "name_it" in change.changed_fields and "name" not in change.changed_fields


def test_queries_mean_the_english_column_whatever_the_language():
    make_city(name="Munich", name_it="Monaco di Baviera")
    for language in ("en", "it"):
        with override(language):
            assert City.objects.filter(name="Munich").update(name="München") == 1
            assert City.objects.filter(name_en="München").update(name="Munich") == 1
    assert City.objects.get().name_it == "Monaco di Baviera"
    assert City.objects.matching("baviera").count() == 1


def test_lists_stand_and_are_leafed_through_in_the_order_of_the_language():
    munich = make_city(name="Munich", name_it="Monaco di Baviera")
    make_city(name="Modena")
    make_city(name="Montpellier")
    assert [city.name for city in City.objects.order_by(*BY_NAME)] == ["Modena", "Montpellier", "Munich"]
    with override("it"):
        rows = City.objects.order_by(*BY_NAME)
        assert [city.name for city in rows] == ["Modena", "Monaco di Baviera", "Montpellier"]
        assert [city.name for city in beyond(rows, rows.filter(pk=munich.pk))] == ["Montpellier"]
        assert [city.name for city in beyond(rows, rows.filter(pk=munich.pk), backwards=True)] == ["Modena"]


def test_a_column_of_a_query_is_in_the_active_language_else_in_english():
    make_membership(city=make_city(name="Munich", name_it="Monaco di Baviera"))
    make_membership(city=make_city(name="Ghent", name_it=""))
    rows = Membership.objects.order_by("pk")
    english = rows.values_list(in_language("city__name"), flat=True)
    assert str(english.query) == str(rows.values_list("city__name", flat=True).query)
    with override("it"):
        assert list(rows.values_list(in_language("city__name"), flat=True)) == ["Monaco di Baviera", "Ghent"]


def test_what_is_in_another_language_says_so():
    city = make_city(name="Ghent", summary="A <port>.", name_it="Gand")
    template = Template(
        "{% load translated %}{% in_language city 'name' %}|{% in_language city 'summary' %}|"
        "{% language_note city 'name' 'summary' 'text' %}"
    )
    assert template.render(Context({"city": city})) == "Ghent|A &lt;port&gt;.|"
    with override("it"):
        name, summary, note = template.render(Context({"city": city})).split("|")
    assert (name, summary) == ("Gand", '<span lang="en">A &lt;port&gt;.</span>')
    assert note == '<p class="remark language-note">Questo testo è disponibile solo in inglese.</p>'


def test_a_plain_text_stands_in_paragraphs():
    city = make_city(name="Ghent", text="Tom & Lise.\n\n<b>")
    template = Template("{% load translated %}{% paragraphs_in_language city 'text' %}")
    written = "<p>Tom &amp; Lise.</p>\n\n<p>&lt;b&gt;</p>"
    assert template.render(Context({"city": city})) == written
    with override("fr"):
        assert template.render(Context({"city": city})) == f'<div lang="en">{written}</div>'


def test_a_remark_that_has_no_translations_is_marked_elsewhere():
    template = Template("{% load translated %}{% as_written note %}")
    for language, written in (("en", "Left &amp; came"), ("it", '<span lang="en">Left &amp; came</span>')):
        with override(language):
            assert template.render(Context({"note": "Left & came"})) == written
            assert template.render(Context({"note": ""})) == ""


def test_a_link_is_marked_with_the_language_of_the_name_it_says():
    template = Template("{% load citynet %}{% for record in records %}{% link_to record %}{% endfor %}")
    network, city = make_network(name="Ports", slug="ports"), make_city(name="Ghent", slug="ghent")
    named = make_network(name="Towns", slug="towns", name_it="Borghi")
    records = Context({"records": [network, city, named]})
    assert " lang=" not in template.render(records)
    with override("it"):
        assert template.render(records) == (
            '<a href="/it/networks/ports/" lang="en">Ports</a><a href="/it/cities/ghent/">Ghent</a>'
            '<a href="/it/networks/towns/">Borghi</a>'
        )


def test_saving_in_italian_leaves_the_english_name_and_its_constraint_alone(admin_client):
    city = make_city(name="Munich", country="DE", name_it="Monaco di Baviera")
    make_city(name="Monaco di Baviera", country="DE")  # another one, of that very name in English
    address = f"/it/admin/networks/city/{city.pk}/change/"
    form = admin_client.get(address).context["adminform"].form
    assert (form["name"].value(), form["name_it"].value()) == ("Munich", "Monaco di Baviera")
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"name_it": "Monaco", "topics": []}
    for formset in admin_client.get(address).context["inline_admin_formsets"]:
        data |= {f"{formset.formset.prefix}-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    answer = admin_client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    city.refresh_from_db()
    assert (city.name_en, city.name_it) == ("Munich", "Monaco")


@pytest.mark.parametrize("language", ["en", "it"])
def test_only_what_is_in_another_language_is_marked(client, language):
    network = make_network(name="Harbour Cities", slug="harbour", summary="Ports of call", start="1990")
    city = make_city(name="Porto", slug="porto", local_name="Puerto", country="PT", summary="A port")
    make_membership(network=network, city=city)
    prefix, mark = ("", "") if language == "en" else ("/it", ' lang="en"')
    wrapped = "{}" if language == "en" else '<span lang="en">{}</span>'
    pages = {
        "/networks/?view=cards": wrapped.format("Ports of call"),
        "/search/?q=harbour": f'<p class="hit-summary"{mark}>Ports of call</p>',
        "/cities/porto/passport/": f'<a href="http://testserver{prefix}/networks/harbour/"{mark}>Harbour Cities</a>',
        "/cities/porto/": '<dd lang="pt">Puerto</dd>',
    }
    for address, html in pages.items():
        text = " ".join(
            re.sub(r"\s+(?=>|<)|(?<=>)\s+", "", client.get(prefix + address).content.decode()).split()
        )
        assert html in text, address
        assert '<span lang="en">Porto</span>' not in text
