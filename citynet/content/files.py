"""The downloads of the media library, for whom they are meant."""

from django.contrib import admin
from django.http import Http404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citynet.core.uploads import serve_upload

from .models import File


@require_safe
def serve_file(request, uid, name):
    """Serve a published file, or to staff any that they may see, under the name that its title gives.

    The `name` in the address is for people: a link to a file that got another title still leads to it.
    404 for everything else.
    """
    file = File.objects.filter(uid=uid).first()
    if file is None or not (file.is_published or may_view(request, file)):
        raise Http404(_("There is no such file."))
    response = serve_upload(request, file.file.name)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.download_name)
    return response


def may_view(request, file):
    site = admin.site
    return site.has_permission(request) and site.get_model_admin(File).has_view_permission(request, file)
