"""The kinds of pages that `tests.bench.accessibility` opens: of the public site, and of the admin.

What a page shows only after somebody did something (a menu open, a form's errors) is a kind of its own, whose
`open` does it. Kinds of the admin are found by its own index, so that a new model has its rows at once.
"""

import io
import re
import time
from dataclasses import dataclass

from PIL import Image

from citynet.core.display import KNOWN
from tests.bench.site import NAME, PASSWORD
from tests.portal.pages import NOT_FOUND, PAGES

REFUSED = "/cities/?q=%00"
WIDTHS = (1440, 320)
PHONE = (320,)
OTHER_LANGUAGES = ("it", "fr", "de", "es")
NEVER_PREFIXED = ("/embed/",)
OPEN_ALL = (
    "document.querySelectorAll('details:not(.site-languages)').forEach((details) => { details.open = true; })"
)
# Models whose every form is opened; of the others the form to change stands for them.
ADDED = ("city", "event", "page", "news", "image")
WITH_HISTORY = ("city", "page", "image", "membership", "group")
WRITTEN = f"{time.time():.0f}"  # what this run writes has names of its own


@dataclass
class Kind:
    """A kind of page: where it is, and what opens what is closed on it. `display` is the visitor's choice."""

    name: str
    address: str
    open: object = None
    widths: tuple = WIDTHS
    languages: tuple = ("en",)
    display: str = ""
    status: int = 200
    is_signed_in: bool = False

    @property
    def is_admin(self):
        return self.address.startswith("/admin/")

    @property
    def has_address(self):
        """Whether the address alone leads to what is judged, but for what a reader may unfold."""
        return self.open in (None, open_inlines)

    def address_in(self, language):
        return self.address if language == "en" else f"/{language}{self.address}"


def in_turns(kinds):
    """Give each kind English and one other language, by turns, so that all are sampled."""
    for number, kind in enumerate(kinds):
        if not kind.address.startswith(NEVER_PREFIXED):
            kind.languages = ("en", OTHER_LANGUAGES[number % len(OTHER_LANGUAGES)])
    return kinds


# The public site -----------------------------------------------------------


def open_menu(page):
    page.locator(".site-bar > .site-menu-button").click()


def open_sheet(page):
    page.locator("[data-opens='filter-sheet'], .filter-open").first.click()
    page.locator("#filter-sheet[open]").wait_for()


def open_suggestions(page):
    page.locator("#search").click()
    page.wait_for_function("() => window.htmx")
    page.locator("#search").press_sequentially("mil")
    page.locator("#suggestions [role=option]").first.wait_for()


def open_own_suggestions(page):
    page.locator("main [role=combobox]:visible").first.press_sequentially("mil")
    page.locator("main [role=option]:visible").first.wait_for()


def two_stars(page):
    page.locator("[data-element=feedback-rate-2]").check()


def rate(page):
    two_stars(page)
    page.locator("#rating [type=submit]").click()
    page.locator("#rating-said").wait_for()


def rate_nothing(page):
    page.locator("#rating form").evaluate("form => form.submit()")  # as a browser that checks nothing
    page.locator("#rating-said").wait_for()


def open_languages(page):
    page.locator(".site-languages summary").click()


def choose_nothing(page):
    page.locator("form.preferences input[name=text]").first.evaluate("input => { input.value = 'huge'; }")
    page.locator("form.preferences input[name=text]").first.check()
    page.locator("form.preferences [type=submit]").first.click()
    page.locator("#problems").wait_for()


def public_kinds():
    kinds = [Kind(name, address) for name, address in PAGES.items()]
    kinds += [
        Kind("not found", NOT_FOUND, status=404),
        Kind("refused", REFUSED, status=400),
        Kind("home, languages open", "/", open_languages, PHONE),
        Kind("home, menu open", "/", open_menu, PHONE),
        Kind("cities, filters open", "/cities/", open_sheet, PHONE),
        Kind("home, suggestions open", "/", open_suggestions),
        Kind("comparison, suggestions open", "/compare/cities/", open_own_suggestions),
        Kind("city, two stars", "/cities/bologna/", two_stars),
        Kind("city, an answer kept", "/cities/bologna/", rate),
        Kind("city, an answer refused", "/cities/bologna/", rate_nothing),
        Kind("display preferences refused", "/display/", choose_nothing),
    ]
    kinds += [
        Kind(f"display preferences, {choice.replace('-', ' ')}", "/display/", display=choice)
        for choice in KNOWN
    ]
    return in_turns(kinds)


# The admin -----------------------------------------------------------------


def submit_sign_in(page, password=PASSWORD):
    page.locator("[name=username]").fill(NAME)
    page.locator("[name=password]").fill(password)
    page.locator("form#login-form [type=submit]").click()


def sign_in(page, origin):
    page.goto(f"{origin}/admin/login/?next=/admin/")
    submit_sign_in(page)
    page.wait_for_url(f"{origin}/admin/")


def sign_in_with_a_slip(page):
    submit_sign_in(page, "slip")
    page.locator(".errornote").wait_for()


def sign_in_and_out(page):
    submit_sign_in(page)
    page.locator("#logout-form [type=submit]").click()
    page.locator("#logout-form").wait_for(state="detached")


def signed_out_kinds():
    """Give the kinds of pages of the admin that are for who is not signed in."""
    return in_turns(
        [
            Kind("admin, sign in", "/admin/login/"),
            Kind("admin, sign in with a slip", "/admin/login/", sign_in_with_a_slip),
            Kind("admin, signed out", "/admin/login/?next=/admin/", sign_in_and_out),
        ]
    )


def open_inlines(page):
    """Open what the form folds away: fieldsets and other languages' tabs; add a row to each inline."""
    page.evaluate(OPEN_ALL)
    for link in page.locator(".add-row a:visible").all():
        link.click()


def open_autocomplete(page):
    page.locator(".select2-selection:visible").first.click()
    page.locator(".select2-results__option[role=option]").first.wait_for()


def open_days(page):
    page.locator(".datetimeshortcuts .date-icon:visible").first.click()
    page.locator(".calendarbox:visible").wait_for()


def open_hours(page):
    page.locator(".datetimeshortcuts .clock-icon:visible").first.click()
    page.locator(".clockbox:visible").wait_for()


def open_link_dialog(page):
    page.locator(".ProseMirror").first.click()
    page.keyboard.type("Read the statutes")
    page.keyboard.press("ControlOrMeta+a")
    page.locator("[data-command=link]").first.click()
    page.locator("dialog[open]").wait_for()


def open_media_chooser(page):
    page.locator(".ProseMirror").first.click()
    page.locator("[data-command=image]").first.click()
    page.locator("dialog[open] .rich-text-choices li").first.wait_for()


def save_nothing(page):
    page.locator("input[name=_save]:visible").first.click()
    page.locator(".errornote").wait_for()


def send_nothing(page):
    page.locator("#content form[method=post]").last.evaluate("form => form.submit()")
    page.locator(".errorlist").first.wait_for()


def act(action):
    """Give what chooses an action for the first row of a list, and waits for the page that asks on."""

    def choose(page):
        page.locator("#result_list .action-select").first.check()
        page.locator("select[name=action]").select_option(action)
        page.locator("#changelist-form button[name=index]").click()
        page.locator("#changelist-form").wait_for(state="detached")

    return choose


def draw():
    """Give the bytes of an image as no other run uploads one."""
    content = io.BytesIO()
    Image.new("RGB", (400, 300), f"#{int(WRITTEN) % 0x1000000:06x}").save(content, "PNG")
    return content.getvalue()


def write_what_is_shown(page, origin):
    """Write what the demo has none of: an answer about a page, a draft and an image; give the draft's preview."""
    page.goto(f"{origin}/cities/bologna/")
    rate(page)
    page.goto(f"{origin}/admin/content/image/upload/")
    picture = {"name": f"square-{WRITTEN}.png", "mimeType": "image/png", "buffer": draw()}
    page.locator("input[name=images]").set_input_files([picture])
    page.locator("form:has([name=images]) [type=submit]").click()
    page.wait_for_url("**/describe/")
    page.goto(f"{origin}/admin/content/page/add/")
    page.locator("[name=name]").fill(f"Draft {WRITTEN}")
    page.locator("[name=_preview]").first.click()
    page.wait_for_url("**/preview/")
    return page.url.removeprefix(origin)


def rows_of(page, origin, address):
    """Give the kinds of a model's pages: its list, and its forms."""
    model = address.split("/")[3]
    yield Kind(f"admin, list of {model}", address)
    page.goto(f"{origin}{address}")
    first = page.locator("#result_list tbody th a").first
    has_rows = first.count() > 0
    if model in ADDED or not has_rows and page.locator(".object-tools a.addlink").count():
        yield Kind(f"admin, add {model}", f"{address}add/")
    if has_rows:
        one = first.get_attribute("href").partition("?")[0]
        yield Kind(f"admin, change {model}", one, open_inlines)
        if model in WITH_HISTORY:
            yield Kind(f"admin, delete {model}", one.replace("/change/", "/delete/"))
            yield Kind(f"admin, history of {model}", one.replace("/change/", "/history/"))
            page.goto(f"{origin}{one.replace('/change/', '/history/')}")
            version = page.locator("#change-history tbody a").first
            if version.count():
                yield Kind(f"admin, former {model}", version.get_attribute("href"), open_inlines)


def admin_kinds(page, origin):
    """Give the kinds of pages of the admin for who is signed in."""
    draft = write_what_is_shown(page, origin)
    page.goto(f"{origin}/admin/")
    addresses = page.locator("#content a[href^='/admin/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    lists = list(dict.fromkeys(a for a in addresses if re.fullmatch(r"/admin/\w+/\w+/", a)))
    kinds = [
        Kind("admin index", "/admin/"),
        Kind("admin, an app", f"/admin/{lists[0].split('/')[2]}/"),
        Kind("admin, password", "/admin/password_change/"),
        Kind("admin, password changed", "/admin/password_change/done/"),
        Kind("admin, not found", "/admin/nowhere/", status=404),
    ]
    for address in lists:
        kinds += rows_of(page, origin, address)
    membership, page_list = "/admin/networks/membership/", "/admin/content/page/"
    kinds += [
        Kind("admin, evidence to do", "/admin/networks/source/evidence/"),
        Kind("admin, ratings page by page", "/admin/content/rating/pages/"),
        Kind("admin, preview of a draft", draft),
        Kind("admin, upload of images", "/admin/content/image/upload/"),
        Kind("admin, upload of no image", "/admin/content/image/upload/", send_nothing),
        Kind("admin, what images show", "/admin/content/image/describe/"),
        Kind("admin, what images show, nothing said", "/admin/content/image/describe/", send_nothing),
        Kind("admin, form in a window of its own", f"{membership}add/?_popup=1"),
        Kind("admin, nothing found", f"{lists[0]}?q=zzzzzzzz"),
        Kind("admin, list filtered", f"{lists[0]}?q=mil&state=published"),
        Kind("admin, a form's errors", f"{membership}add/", save_nothing),
        Kind("admin, autocomplete open", f"{membership}add/", open_autocomplete),
        Kind("admin, days open", "/admin/events/event/add/", open_days),
        Kind("admin, hours open", f"{page_list}add/", open_hours),
        Kind("admin, editor's link", f"{page_list}add/", open_link_dialog),
        Kind("admin, editor's choice of images", f"{page_list}add/", open_media_chooser),
        Kind("admin, several to be deleted", membership, act("delete_selected")),
        Kind("admin, several to be confirmed", membership, act("confirm_as")),
    ]
    for kind in kinds:
        kind.is_signed_in = True
    return in_turns(kinds)
