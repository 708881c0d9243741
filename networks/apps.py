from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"
    verbose_name = "Networks and cities"
    default_auto_field = "django.db.models.BigAutoField"
