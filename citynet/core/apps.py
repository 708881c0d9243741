from django.apps import AppConfig
from django.db.backends.signals import connection_created


class CoreConfig(AppConfig):
    name = "citynet.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .caching import watch_writes

        connection_created.connect(watch_writes)
