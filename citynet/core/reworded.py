"""Words of Django and django-simple-history that the site says anew, where theirs are missing or wrong.

Nothing imports this: `make messages` finds the words here and puts them into the project's catalogues, which
come before those of the packages. French and Italian nouns have a gender and a first letter that a sentence
made for all of them gets wrong; the Italian of the packages leaves out what is new.
"""

from django.utils.translation import gettext_noop

REWORDED = (
    gettext_noop("Welcome,"),
    gettext_noop("Log out"),
    gettext_noop("Add %s"),
    gettext_noop("Add another %(verbose_name)s"),
    gettext_noop("Change %s"),
    gettext_noop("View %s"),
    gettext_noop("Select %s to change"),
    gettext_noop("Select %s to view"),
    gettext_noop("Delete"),
    gettext_noop("Delete?"),
    gettext_noop("Delete selected %(verbose_name_plural)s"),
    gettext_noop("View history: %s"),
    gettext_noop("Created"),
    gettext_noop("Changed"),
    gettext_noop("Deleted"),
    gettext_noop("After you’ve created a user, you’ll be able to edit more user options."),
    gettext_noop("Password-based authentication"),
    gettext_noop("Raw passwords are not stored, so there is no way to see the user’s password."),
    gettext_noop("Reset password"),
    gettext_noop("Enabled"),
    gettext_noop("Disabled"),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be"
        " able to authenticate using other backends, such as Single Sign-On or LDAP."
    ),
)
