"""The home page, "About the data", and how a partial date is read."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from citynet.core.dates import PartialDate


@require_safe
def home(request):
    """Say what citynet is, and lead to the lists."""
    return render(request, "portal/home.html")


@require_safe
def about_data(request):
    """Credit every source, and say how dates are read and what is not known."""
    return render(request, "portal/about_data.html")


@require_safe
def partial_date(request):
    """Say how words are read as a date, for `static/js/partial-date.js`.

    Takes `?words=Sept 2009`; gives `{"date": EDTF, "meaning": words}`, both empty for no words, or
    `{"error": sentence}`. Always 200: words that are no date are an answer, not a fault.
    """
    try:
        date = PartialDate.parse(request.GET.get("words", ""))
    except ValueError as error:
        return JsonResponse({"error": str(error)})
    return JsonResponse({"date": date, "meaning": date.words()})
