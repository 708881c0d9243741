"""Whom to tell of a weakness of this site: `/.well-known/security.txt` (RFC 9116).

It exists once SECURITY_CONTACT is set; `manage.py check --deploy` says when it is not. The file vouches for
itself for half a year from the day on which it is asked for, since it is made of settings that are in force.
"""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core import checks
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from citynet.content.models import Page

VALID_FOR = timedelta(days=180)  # §2.5.5 recommends less than a year
POLICY = "about/security"  # the page that says what becomes of a report, if there is one
KEPT_FOR = 24 * 3600  # seconds


@require_safe
@cache_control(public=True, max_age=KEPT_FOR)
def security_txt(request):
    """Give the file; Canonical and Policy only with HTTPS, which both ask for (§2.5.2, §2.5.7). Raises Http404."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = datetime.combine(timezone.now().astimezone(UTC).date(), time(), UTC) + VALID_FOR
    lines = [f"Contact: {contact}" for contact in settings.SECURITY_CONTACT]
    lines.append(f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}")
    lines.append(f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}")
    if request.is_secure():
        lines.append(f"Canonical: {request.build_absolute_uri(request.path)}")
        if page := Page.objects.published().filter(path=POLICY).first():
            with override(settings.LANGUAGE_CODE):
                lines.append(f"Policy: {request.build_absolute_uri(page.get_absolute_url())}")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def moved(request):
    """Lead from the address that the file had before there was a standard (§3)."""
    return redirect("security_txt", permanent=True)


@checks.register(checks.Tags.security, deploy=True)
def check_contact(app_configs, **kwargs):
    if settings.SECURITY_CONTACT:
        return []
    hint = "Set SECURITY_CONTACT, such as mailto:security@networks.example.org: security.txt is made of it."
    return [checks.Info("Nobody is named whom to tell of a weakness.", hint=hint, id="citynet.I001")]
