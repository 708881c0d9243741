"""The addresses, forms and rows of admin pages."""

from django.urls import reverse


def address(row, page="change", *args):
    opts = row._meta
    keys = [row.pk] if page in ("change", "delete", "history", "simple_history") else []
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_{page}", args=[*keys, *args])


def form_of(row):
    return f"{row._meta.model_name}_form"


def rows_in(response):
    return list(response.context["cl"].result_list)
