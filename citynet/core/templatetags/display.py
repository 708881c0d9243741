"""What a page says of the visitor's display preferences, and the way to them."""

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from ..display import attributes_of, display_of, page_before

register = template.Library()


@register.simple_tag(takes_context=True)
def display_attributes(context):
    """Give the attributes of `<html>` for what the visitor has chosen; nothing for nobody."""
    request = context.get("request")
    return attributes_of(display_of(request)) if request else ""


@register.simple_tag(takes_context=True)
def display_classes(context):
    """Give the same as classes, where only `<body>` can be written to: `display-font-readable`."""
    request = context.get("request")
    chosen = display_of(request) if request else {}
    return " ".join(f"display-{name}-{value}" for name, value in chosen.items())


@register.simple_tag(takes_context=True)
def display_stylesheet(context, path="css/display.css"):
    """Link the stylesheet of what the visitor has chosen; nothing for whoever has chosen nothing."""
    request = context.get("request")
    if not request or not display_of(request):
        return ""
    return format_html('<link rel="stylesheet" href="{}">', static(path))


@register.simple_tag(takes_context=True)
def display_address(context):
    """Give the address of the preferences, which leads back to this page."""
    request, address = context.get("request"), reverse("display")
    if not request:
        return address
    here = page_before(request.GET) if request.path == address else request.get_full_path()
    return f"{address}?{urlencode({'next': here})}"
