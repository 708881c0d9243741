import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from citynet.portal.roles import ROLES
from networks.models import Network, NetworkEditor

EDITED = "eurocities"


class Command(BaseCommand):
    """Make one staff account for each role, so that a fresh site can be tried at once.

    The groups, with their permissions, come from a migration of this app. A password is random, printed
    once and kept nowhere but as a hash; an account that exists already is left exactly as it is. The editor
    may edit one network of the demo, if it is loaded.

    Raises CommandError when a group is missing.
    """

    help = "Creates a staff account for each role and prints the passwords of the new ones, once."

    @transaction.atomic
    def handle(self, **options):
        existing = []
        for role in ROLES:
            if get_user_model().objects.filter(username=role).exists():
                existing.append(role)
            else:
                password = self.create_account(role)
                self.stdout.write(f"Created the staff account {role} with the password {password}")
        if existing:
            self.stdout.write(f"Staff accounts that exist already, unchanged: {', '.join(existing)}.")

    def create_account(self, role):
        """Make the account of a role and give its password."""
        try:
            group = Group.objects.get(name=role)
        except Group.DoesNotExist as error:
            raise CommandError(f"There is no group {role}: run `python manage.py migrate` first.") from error
        password = secrets.token_urlsafe(12)
        user = get_user_model().objects.create_user(
            role, password=password, is_staff=True, is_superuser=role == "administrator"
        )
        user.groups.add(group)
        if role == "editor":
            for network in Network.objects.filter(slug=EDITED):
                NetworkEditor.objects.create(user=user, network=network)
        return password
