from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "citynet.core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .caching import watch_writes
        from .upgrade import take_in_records

        connection_created.connect(watch_writes)
        post_migrate.connect(take_in_records, sender=self)
