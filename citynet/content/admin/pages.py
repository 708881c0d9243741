"""The admin of pages: the tree in its order, with buttons that change it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ..exports import STAFF_COLUMNS
from ..models import Page
from ..models.pages import ABOVE
from ..views import PageDetail
from .previews import PreviewedAdmin, ScheduleFilter

STEPS = {"up": -1, "down": 1}


@admin.register(Page)
class PageAdmin(PreviewedAdmin):
    detail = PageDetail
    export_columns = STAFF_COLUMNS[Page]
    list_display = ["title", "address", "in_menu", "shown", "updated_at"]
    list_filter = ["state", ScheduleFilter, "in_menu"]
    list_select_related = ABOVE
    search_fields = ["search_text"]
    sortable_by = ()  # there is one order, which staff make
    ordering = ["position", "id"]
    list_per_page = 200
    autocomplete_fields = ["parent"]
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [
        (None, {"fields": ["name", "slug", "parent", "in_menu"]}),
        (gettext_lazy("What it says"), {"fields": ["summary", "text"]}),
    ]

    class Media:
        css = {"all": ["css/admin-pages.css"]}

    def label(self, row):
        return f"{row.name} (/{row.path}/)"

    @admin.display(description=gettext_lazy("page"))
    def title(self, page):
        return format_html(
            '<span id="page-{}" class="page-level-{}">{}</span>', page.pk, page.level, page.name
        )

    @admin.display(description=gettext_lazy("address"))
    def address(self, page):
        return f"/{page.path}/"

    def save_model(self, request, obj, form, change):
        """Say what a new address does to the old one."""
        before = obj.path
        super().save_model(request, obj, form, change)
        if change and before != obj.path:
            paths = {"old": before, "new": obj.path}
            self.message_user(
                request, _("“/%(old)s/” leads to “/%(new)s/” from now on.") % paths, messages.INFO
            )

    # The order

    def get_list_display(self, request):
        """Add the buttons that move a page, which lead back to the list as it is filtered."""
        columns = super().get_list_display(request)
        if not self.has_change_permission(request):
            return columns

        @admin.display(description=gettext_lazy("order"))
        def order(page):
            return self.buttons(page, request.GET.urlencode())

        return [*columns, order]

    def buttons(self, page, query):
        """Give the buttons of a row: they send the form of the list, with its token, to `move_view`."""
        address = reverse("admin:content_page_move")
        button = (
            '<button type="submit" class="page-move" name="move" value="{}-{}" formaction="{}{}" '
            'aria-label="{}">{}</button>'
        )
        query = f"?{query}" if query else ""
        up = _("Move “%(page)s” up") % {"page": page.name}
        down = _("Move “%(page)s” down") % {"page": page.name}
        return format_html(
            button + " " + button,
            *(page.pk, "up", address, query, up, "↑"),
            *(page.pk, "down", address, query, down, "↓"),
        )

    def get_urls(self):
        view = self.admin_site.admin_view(require_POST(self.move_view))
        return [path("move/", view, name="content_page_move"), *super().get_urls()]

    def move_view(self, request):
        """Move a page (`move=12-up`) past the sibling before or after it, with all that is below it."""
        key, _dash, step = request.POST.get("move", "").partition("-")
        page = self.get_object(request, key) if step in STEPS and key.isdecimal() and len(key) < 19 else None
        if page is None:
            raise Http404(_("There is no such page."))
        if not self.has_change_permission(request, page):
            raise PermissionDenied
        names = {"page": page.name}
        if page.step(STEPS[step]):
            said = _("“%(page)s” was moved up.") if step == "up" else _("“%(page)s” was moved down.")
            self.log_change(request, page, said % names)
            messages.success(request, said % names)
        elif step == "up":
            messages.info(request, _("“%(page)s” is the first already.") % names)
        else:
            messages.info(request, _("“%(page)s” is the last already.") % names)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(f"{self.list_address()}{query}#page-{page.pk}")
