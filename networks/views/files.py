"""The files of documents, for whom they are meant."""

from django.contrib import admin
from django.http import Http404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from citynet.core.uploads import serve_upload

from ..models import Document


@require_safe
def serve_document(request, path):
    """Serve `documents/<path>` if a published document has that file, or staff may see one that has it.

    404 for everybody else, and for a file that no document has any more.
    """
    name = f"documents/{path}"
    documents = Document.objects.filter(file=name)
    if not documents.published().exists() and not any(may_view(request, row) for row in documents):
        raise Http404(_("There is no such file."))
    return serve_upload(request, name)


def may_view(request, document):
    site = admin.site
    return site.has_permission(request) and site.get_model_admin(Document).has_view_permission(
        request, document
    )
