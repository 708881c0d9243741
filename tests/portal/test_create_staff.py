import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from networks.models import Network, NetworkEditor

pytestmark = pytest.mark.django_db
ROLES = ["viewer", "editor", "secretariat", "administrator"]


def create_staff():
    output = StringIO()
    call_command("create_staff", stdout=output)
    return output.getvalue()


def test_each_role_gets_a_staff_account_in_its_own_group():
    create_staff()
    accounts = {
        user.username: (user.is_staff, user.is_superuser, [group.name for group in user.groups.all()])
        for user in get_user_model().objects.all()
    }
    assert accounts == {
        "viewer": (True, False, ["viewer"]),
        "editor": (True, False, ["editor"]),
        "secretariat": (True, False, ["secretariat"]),
        "administrator": (True, True, ["administrator"]),
    }


def test_the_printed_passwords_open_the_accounts_and_no_two_are_the_same():
    passwords = dict(re.findall(r"account (\w+) with the password (\S+)", create_staff()))
    assert list(passwords) == ROLES
    assert len(set(passwords.values())) == 4
    for role, password in passwords.items():
        assert authenticate(username=role, password=password).username == role


def test_a_second_run_prints_no_password_and_changes_nothing():
    create_staff()
    before = list(get_user_model().objects.order_by("id").values())
    assert create_staff() == (
        "Staff accounts that exist already, unchanged: viewer, editor, secretariat, administrator.\n"
    )
    assert list(get_user_model().objects.order_by("id").values()) == before


def test_the_editor_edits_one_network_of_the_demo_and_nobody_else_is_bound_to_one():
    for slug in ("c40", "eurocities"):
        Network.objects.create(name=slug, slug=slug, kind=Network.Kind.ASSOCIATION)
    create_staff()
    assert list(NetworkEditor.objects.values_list("user__username", "network__slug")) == [
        ("editor", "eurocities")
    ]


def test_an_account_that_was_locked_stays_locked_while_a_missing_one_is_made():
    create_staff()
    get_user_model().objects.filter(username="viewer").update(is_active=False)
    get_user_model().objects.get(username="editor").delete()
    assert "account editor with the password" in create_staff()
    assert get_user_model().objects.get(username="viewer").is_active is False


def test_without_the_groups_it_says_what_to_do_and_makes_nothing():
    Group.objects.filter(name="secretariat").delete()
    with pytest.raises(CommandError, match="There is no group secretariat: run `python manage.py migrate`"):
        create_staff()
    assert get_user_model().objects.count() == 0
