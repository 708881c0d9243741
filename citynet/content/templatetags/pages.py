"""The menu of the site's own pages, at the foot of every page."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from citynet.core.caching import cached

from ..models import Page

register = template.Library()


def menu():
    """Give (address, name) of the public pages that staff put into the menu, in the order of the tree."""
    return [(page.get_absolute_url(), page.name) for page in Page.objects.published().filter(in_menu=True)]


@register.simple_tag(takes_context=True)
def page_menu(context):
    """Write the items of the menu, the page that is read among them as the current one.

    One statement for each version of the data, whatever the number of pages.
    """
    request = context.get("request")
    current = mark_safe(' aria-current="page"')
    return format_html_join(
        "\n",
        '<li><a href="{}"{}>{}</a></li>',
        (
            (address, current if request and request.path == address else "", name)
            for address, name in cached(request, "menu of pages", menu)
        ),
    )
