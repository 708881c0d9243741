"""Staff to test with."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from networks.models import NetworkEditor
from tests.networks.make import numbers


def make_user(role=None, networks=(), **kwargs):
    """Make a member of staff in a role's group; an editor of these networks."""
    kwargs.setdefault("username", f"{role or 'nobody'}-{next(numbers)}")
    user = get_user_model().objects.create_user(is_staff=True, **kwargs)
    if role:
        user.groups.add(Group.objects.get(name=role))
    for network in networks:
        NetworkEditor.objects.create(user=user, network=network)
    return user


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


def make_client(role, *networks):
    return sign_in(make_user(role, networks))
