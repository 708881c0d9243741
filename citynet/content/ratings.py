"""How clear a page is: the form at the foot of every public page, and what becomes of an answer.

The form is one and the same on every page and for everybody, so that the pages stay cached: it has no token
against forgery. A browser says itself where a form comes from, and an answer from anywhere else is refused
(`core.security.is_from_here`). Which page is rated stands in the form, signed, so that nobody can rate an
address that is no page of ours, or be led away by one.
"""

import re

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from citynet.core.filters import Problem
from citynet.core.languages import split_path
from citynet.core.security import is_from_here

from .models.ratings import LIKED_FROM, TEXT_LENGTH, Rating, RatingLimit, VisitorKey

PATH_LENGTH = Rating._meta.get_field("path").max_length
FIELDS = ("page", "stars", "liked", "hard", "text", "website")
PLACES = {"stars": "rating-1", "text": "rating-text"}  # ids, for links to what is to be mended

_signer = Signer(salt="content.rating")


# Which page ----------------------------------------------------------------


def name_page(path):
    """Give the signed name of a page, for its form; None for an address too long to be kept."""
    return _signer.sign(path) if len(path) <= PATH_LENGTH else None


def named_page(name):
    """Give the path that `name_page` signed, or None for any other text."""
    try:
        return _signer.unsign(name)
    except BadSignature:
        return None


# Who -----------------------------------------------------------------------


def address_of(request):
    """Give the address that the request came from, as far as it can be believed.

    Behind a proxy (TRUST_PROXY), that is the last one in X-Forwarded-For, which the proxy itself wrote:
    those before it are the visitor's own words.
    """
    if settings.SECURE_PROXY_SSL_HEADER:
        if forwarded := request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip():
            return forwarded
    return request.META.get("REMOTE_ADDR", "")


# The form ------------------------------------------------------------------


class RatingForm(forms.Form):
    """What a visitor sends. Of the two questions, that which fits the stars counts."""

    page = forms.CharField(max_length=3 * PATH_LENGTH)
    stars = forms.TypedChoiceField(
        choices=[(number, number) for number in range(1, 6)],
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose one to five stars."),
            "invalid_choice": gettext_lazy("Choose one to five stars."),
        },
    )
    liked = forms.ChoiceField(choices=Rating.Liked.choices, required=False)
    hard = forms.ChoiceField(choices=Rating.Hard.choices, required=False)
    text = forms.CharField(max_length=TEXT_LENGTH, required=False)
    website = forms.CharField(required=False)

    default_error = gettext_lazy("Choose one of the answers, or none.")

    def __init__(self, data):
        data = data.copy()
        # A browser counts a line break as one character, and sends it as two.
        data["text"] = re.sub(r"\s+", " ", data.get("text", ""))
        super().__init__(data)
        for name in ("liked", "hard"):
            self.fields[name].error_messages["invalid_choice"] = self.default_error

    def clean_page(self):
        path = named_page(self.cleaned_data["page"])
        if path is None:
            raise forms.ValidationError(_("Go back to the page that you want to rate, and load it anew."))
        return path

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the hidden field empty: only programs fill it in."))

    @property
    def reason(self):
        """Give the answer that fits the stars, or an empty text."""
        return self.cleaned_data["liked" if self.cleaned_data["stars"] >= LIKED_FROM else "hard"]


def choices(chosen=None):
    """Give what the template needs of the form: the stars and the answers, those marked that were chosen."""
    chosen = chosen or {}
    stars = str(chosen.get("stars", ""))
    return {
        "stars": [(number, number >= LIKED_FROM, str(number) == stars) for number in range(1, 6)],
        "liked": [(*choice, choice[0] == chosen.get("liked")) for choice in Rating.Liked.choices],
        "hard": [(*choice, choice[0] == chosen.get("hard")) for choice in Rating.Hard.choices],
        "text": chosen.get("text", ""),
        "length": TEXT_LENGTH,
    }


# The pages -----------------------------------------------------------------


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request):
    """Keep an answer and thank for it on a page of its own; say what is wrong with it, all of it kept.

    Answers 303 to the thanks, 400 to what is no answer, 403 to a form from elsewhere, and 429 (RFC 6585 §4)
    to too many of them. Whoever comes without an answer is led to the home page.
    """
    if request.method != "POST":
        return redirect("home")
    if not is_from_here(request):
        problem = _("This answer did not come from a page of this site, so it was not kept.")
        return refuse(request, 403, [problem])
    if doubled := [name for name in FIELDS if len(request.POST.getlist(name)) > 1]:
        problem = _("This was sent more than once: %s. Send one answer.") % ", ".join(doubled)
        return refuse(request, 400, [problem])
    form = RatingForm(request.POST)
    if not form.is_valid():
        problems = [
            # No form is shown again for an unknown page.
            error if "page" in form.errors else Problem.of(PLACES.get(name, "rating"), error)
            for name, errors in form.errors.items()
            for error in errors
        ]
        return refuse(request, 400, problems, form.data)
    if not keep(request, form):
        problem = _("Too many answers came from you, or from everybody, in this hour. Try again in the next.")
        response = refuse(request, 429, [problem], form.data)
        response["Retry-After"] = 3600 - timezone.now().minute * 60
        return response
    query = urlencode({"page": form.data["page"]})
    return HttpResponseRedirect(f"{reverse('content:rated')}?{query}", status=303)  # RFC 9110 §15.4.4


def refuse(request, status, problems, data=None):
    """Show the form again, with what was chosen and typed; without a page there is none to show."""
    data = data or {}
    name = data.get("page", "")
    path = named_page(name)
    context = {"problems": problems, "page": path, "name": name, **choices(data)}
    return render(request, "content/rating.html", context, status=status)


def keep(request, form):
    """Keep the answer, in place of the same visitor's of today; False if there were too many."""
    key, address = VisitorKey.of_today(), address_of(request)
    if not RatingLimit.take(key, address):
        return False
    path = split_path(form.cleaned_data["page"])[1]  # `/it/cities/` and `/cities/` are one page
    rating = Rating(
        day=timezone.localdate(),
        path=path,
        language=get_language(),
        stars=form.cleaned_data["stars"],
        reason=form.reason,
        text=form.cleaned_data["text"],
        visitor=VisitorKey.hash(key, "page", path, address, request.headers.get("User-Agent", "")),
    )
    Rating.objects.bulk_create(
        [rating],
        update_conflicts=True,
        unique_fields=["path", "day", "visitor"],
        update_fields=["language", "stars", "reason", "text"],
    )
    return True


@require_http_methods(["GET", "HEAD"])
def rated(request):
    """Thank for an answer, and lead back to the page."""
    return render(request, "content/rated.html", {"page": named_page(request.GET.get("page", ""))})
