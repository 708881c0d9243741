"""citynet.content.admin.media: who may do what, several images at once, the choice for the editor."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from citynet.content.models import File, Image
from citynet.core.models import State
from tests.forms import fields_of
from tests.networks.make import make_network
from tests.portal.make import make_client, make_user, sign_in

from .make import draw, make_file, make_image, make_page, make_upload
from .test_media import shown

pytestmark = pytest.mark.django_db

CHOOSE = "/admin/content/image/choose/"


def address(media, page="change"):
    return reverse(f"admin:content_{media._meta.model_name}_{page}", args=[media.pk])


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("make", [make_image, make_file])
def test_what_each_role_may_do(make):
    network = make_network()
    editor = make_user("editor", [network])
    own, foreign = make(added_by=editor), make(added_by=make_user("editor", [network]))
    model = own._meta.model_name
    found = {}
    for role, client in {
        "viewer": make_client("viewer"),
        "editor": sign_in(editor),
        "secretariat": make_client("secretariat"),
        "administrator": make_client("administrator"),
    }.items():
        lists = client.get(f"/admin/content/{model}/").status_code
        adds = client.get(f"/admin/content/{model}/add/").status_code
        changes = [client.post(address(row), {"title": ""}).status_code for row in (own, foreign)]
        deletes = [client.get(address(row, "delete")).status_code for row in (own, foreign)]
        found[role] = (lists, adds, changes, deletes)
    everything = (200, 200, [200, 200], [200, 200])
    assert found == {
        "viewer": (200, 403, [403, 403], [403, 403]),
        "editor": (200, 200, [200, 403], [403, 403]),
        "secretariat": everything,
        "administrator": everything,
    }
    sign_in(editor).post(
        f"/admin/content/{model}/", {"action": "archive", "_selected_action": [own.pk, foreign.pk]}
    )
    states = type(own).objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [State.ARCHIVED, State.PUBLISHED]


def test_an_added_image_is_published_and_its_adder_is_known():
    editor = make_user("editor", [make_network()])
    client = sign_in(editor)
    form = fields_of(client.get("/admin/content/image/add/"), "image_form")
    answer = client.post(
        "/admin/content/image/add/", {**form, "title": "A", "file": make_upload(draw((40, 30)))}
    )
    assert answer.context["adminform"].form.errors == {
        "alt": [
            "Say what the image shows for those who do not see it, or tick that it is only decorative: one of "
            "the two."
        ]
    }
    answer = client.post(
        "/admin/content/image/add/",
        {**form, "title": "A", "alt": "A square", "file": make_upload(draw((40, 30)))},
    )
    assert answer.status_code == 302
    image = Image.objects.get()
    assert (image.state, image.added_by, image.width) == (State.PUBLISHED, editor, 40)
    assert client.get("/admin/content/image/add/").content.count(b"permanent identifier") == 0


def test_several_images_wait_for_what_they_show():
    client = make_client("editor", make_network())
    page = "/admin/content/image/upload/"
    answer = client.post(page, {"images": [make_upload(b"words", "notes.txt")]})
    assert answer.context["form"].errors == {
        "images": ["notes.txt: This is not an image. Choose a PNG, JPEG, WebP or GIF file."]
    }
    assert client.post(page, {"images": []}).context["form"].errors == {"images": ["This field is required."]}
    many = [make_upload(draw((8, 8)), f"{number}.png") for number in range(11)]
    assert client.post(page, {"images": many}).context["form"].errors == {
        "images": ["Choose at most 10 images at a time."]
    }
    assert not Image.objects.exists()
    files = [make_upload(draw((40, 30)), name) for name in ("city_square.png", "table.png")]
    answer = client.post(page, {"images": [*files, make_upload(b"words", "notes.txt")]})
    assert (answer.status_code, answer.url) == (302, "/admin/content/image/describe/")
    assert said(answer) == ["notes.txt: This is not an image. Choose a PNG, JPEG, WebP or GIF file."]
    assert list(Image.objects.order_by("pk").values_list("title", "state")) == [
        ("city square", State.DRAFT),
        ("table", State.DRAFT),
    ]
    page = answer.url
    form = fields_of(client.get(page), "describe_form")
    answer = client.post(page, {**form, "form-0-alt": "A city square"})
    assert answer.context["formset"].total_error_count() == 1
    assert Image.objects.filter(state=State.DRAFT).count() == 2
    answer = client.post(page, {**form, "form-0-alt": "A city square", "form-1-is_decorative": "on"})
    assert said(answer) == ["2 images are published."]
    assert list(Image.objects.order_by("pk").values_list("alt", "is_decorative", "state")) == [
        ("A city square", False, State.PUBLISHED),
        ("", True, State.PUBLISHED),
    ]
    again = client.post(page, {**form, "form-0-alt": "Another", "form-1-alt": "Another"})
    assert said(again)[-1:] == [
        "Some of these images were described or deleted meanwhile: nothing was saved."
    ]
    assert Image.objects.filter(alt="Another").count() == 0
    assert make_client("viewer").get("/admin/content/image/upload/").status_code == 403
    assert make_client("viewer").get(page).status_code == 403


def test_what_is_used_is_named_and_not_deleted():
    image = make_image(title="The square")
    page = make_page(name="About", text=shown(image.uid))
    client = make_client("secretariat")
    html = client.get(address(image)).content.decode()
    assert f'<a href="/admin/content/page/{page.pk}/change/">About</a> (page)' in " ".join(html.split())
    sentence = "“The square” is used by: “About”. Take it out there first, then delete it."
    answer = client.post(address(image, "delete"), {"post": "yes"})
    assert said(answer) == [sentence]
    answer = client.post(
        "/admin/content/image/",
        {"action": "delete_selected", "_selected_action": [image.pk], "post": "yes"},
    )
    assert sentence in answer.content.decode()
    assert Image.objects.count() == 1
    page.delete()
    assert "Nothing uses it." in client.get(address(image)).content.decode()
    assert client.post(address(image, "delete"), {"post": "yes"}).status_code == 302
    assert Image.objects.count() == 0


def test_lists_are_narrowed_by_use_and_alternative_text_in_a_constant_number_of_statements():
    used, unused = make_image(title="Used"), make_image(title="Unused", is_decorative=True)
    waiting = make_image(title="Città", alt="", state=State.DRAFT)
    make_page(text=shown(used.uid))
    client = make_client("secretariat")

    def listed(**query):
        with CaptureQueriesContext(connection) as statements:
            rows = client.get("/admin/content/image/", query).context["cl"].result_list
        return {row.title for row in rows}, len(statements)

    assert listed(use="used")[0] == {"Used"}
    assert listed(use="unused")[0] == {"Unused", "Città"}
    assert listed(lacks="en")[0] == {"Città"}
    assert listed(q="citta")[0] == {"Città"}
    every, before = listed()
    assert every == {used.title, unused.title, waiting.title}
    for _number in range(3):
        make_image()
    assert (len(listed()[0]), listed()[1]) == (6, before)
    assert before <= 12


def test_the_editor_is_offered_what_is_published():
    image = make_image(draw((700, 350)), title="City square", alt="A square")
    make_image(title="Draft", state=State.DRAFT)
    file = make_file(title="Città e reti")
    client = make_client("viewer")
    assert client.get(CHOOSE, {"q": "square"}).json() == {
        "results": [
            {
                "uid": str(image.uid),
                "title": "City square",
                "url": f"/files/{image.stored_sizes[2].name}",
                "alt": "A square",
                "label": "City square (700 × 350)",
                "thumbnail": f"/files/{image.stored_sizes[0].name}",
            }
        ],
        "more": False,
    }
    assert client.get(CHOOSE, {"kind": "file", "q": "CITTA"}).json()["results"] == [
        {
            "uid": str(file.uid),
            "title": "Città e reti",
            "url": file.address,
            "alt": "",
            "label": "Città e reti (PDF, 1\xa0kB)",
            "thumbnail": "",
        }
    ]
    for number in range(24):
        make_file(title=f"Minutes {number:02}")
    first, second = (client.get(CHOOSE, {"kind": "file", "page": page}).json() for page in (1, 2))
    assert (len(first["results"]), first["more"]) == (24, True)
    assert ([row["title"] for row in second["results"]], second["more"]) == (["Città e reti"], False)
    assert client.get(CHOOSE, {"kind": "video"}).status_code == 400
    assert client.get(CHOOSE, {"page": "-1"}).json()["results"] != []
    assert File.objects.count() == 25
    assert sign_in(make_user()).get(CHOOSE).status_code == 403


@pytest.mark.parametrize("model", ["image", "file"])
def test_the_library_leaves_as_csv(model):
    media = make_image(title="One") if model == "image" else make_file(title="One")
    answer = make_client("secretariat").get(f"/admin/content/{model}/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = text.strip().split("\r\n")
    assert header.startswith("uid,title,")
    assert row.startswith(f"{media.uid},One,")
    assert media.checksum in row
