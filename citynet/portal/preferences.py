"""The page on which visitors choose how all pages look; what is chosen is `core.display`.

It works without a script and without a token against forgery, which no cached page could hold: a form is
accepted by what the browser says of its origin.
"""

from django import forms
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from citynet.core.caching import public_page
from citynet.core.display import PREFERENCES, display_of, page_before, remember
from citynet.core.filters import Problem
from citynet.core.security import is_from_here


class DisplayForm(forms.Form):
    """The preferences, as they are sent; one that is left out is as designed."""

    default_error = gettext_lazy("Choose one of the options.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (label, choices) in PREFERENCES.items():
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                error_messages={"invalid_choice": self.default_error},
            )


@public_page
def show(request):
    """Show the preferences, those marked that are chosen."""
    return page(request, display_of(request), request.GET)


def page(request, chosen, data, problems=(), status=200):
    preferences = [
        (name, label, [(value, words, value == chosen.get(name, "")) for value, words in choices])
        for name, (label, choices) in PREFERENCES.items()
    ]
    context = {"preferences": preferences, "next": page_before(data), "problems": problems}
    return render(request, "core/display.html", context, status=status)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def display(request):
    """Show the preferences; keep those that are sent, and lead back to the page that the visitor came from.

    Answers 303 to a choice, 400 to what is none, and 403 to a form from elsewhere.
    """
    if request.method != "POST":
        return show(request)
    if not is_from_here(request):
        problem = _("This choice did not come from a page of this site, so it was not kept.")
        return page(request, display_of(request), {}, [problem], status=403)
    form = DisplayForm({} if "reset" in request.POST else request.POST)
    if not form.is_valid():
        problems = [Problem.of(name, error) for name, errors in form.errors.items() for error in errors]
        return page(request, form.data, request.POST, problems, status=400)
    response = HttpResponseRedirect(page_before(request.POST), status=303)  # RFC 9110 §15.4.4
    remember(response, form.cleaned_data)
    response.headers["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response
