from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "citynet.content"
    verbose_name = _("Pages and news")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from citynet.core.rich_text import use_media
        from citynet.core.search_index import followers

        from .rich_media import resolve_media
        from .uses import follow_texts

        use_media(
            resolve_media,
            chooser="admin:content_media_choose",
            uploads={"image": "admin:content_image_add", "file": "admin:content_file_add"},
        )
        followers.append(follow_texts)
