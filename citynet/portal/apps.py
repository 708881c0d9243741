from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PortalConfig(AppConfig):
    name = "citynet.portal"
    default_auto_field = "django.db.models.BigAutoField"


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin, with our front page; it takes the place of `django.contrib.admin` in the settings."""

    default = False
    default_site = "citynet.portal.admin.Site"
