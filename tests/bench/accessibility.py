"""Ask two engines whether every kind of page can be used by everybody: `make audit`, or
`python -m tests.bench.accessibility`.

Serves the demo as production does and opens every kind of public page, in English and in one other
language (they take turns, so that all are sampled), and every kind of page of the admin, in light colours,
dark ones and high contrast (forced colours), on 320 and on 1440 pixels, as they come and with all that
opens open. Asks

* axe-core (npm `axe-core`): WCAG 2.0, 2.1 and 2.2, A and AA, and its best practices;
* HTML CodeSniffer (npm `html_codesniffer`): the errors of WCAG2AA.

Writes a row for every kind of page into docs/accessibility.md and ends with 1 if anything was found.
The engines are scripts, so the pages are opened without their Content-Security-Policy.
"""

import argparse
import re
import sys
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from tests.bench.audit import NAME, PASSWORD, REFUSED, ROOT, TOOLS, chromium, install_tools, served_site
from tests.browser.conftest import ARGUMENTS
from tests.portal.pages import NOT_FOUND, PAGES

REPORT = ROOT / "docs" / "accessibility.md"
HEADING = "## Axe and HTML CodeSniffer, every kind of page"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OTHER_LANGUAGES = ("it", "fr", "de", "es")
NEVER_PREFIXED = ("/embed/",)
WIDTHS = (1440, 320)
COLOURS = {
    "light": {"color_scheme": "light", "forced_colors": "none", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "forced_colors": "none", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "forced_colors": "active", "contrast": "more"},
}
# Errors of HTML CodeSniffer that are none: the end of the rule, what the element's HTML holds, and why.
NOT_ERRORS = (
    # A group of fields that `aria-labelledby` names; it knows the <legend> alone (ARIA17, H71).
    ("H71.NoLegend", "<fieldset", "aria-labelledby="),
    ("H91.Fieldset.Name", "<fieldset", "aria-labelledby="),
    # Rows that head their group: each head says so by its `scope` (H63), as tests/portal/test_html.py holds.
    ("H43.HeadersRequired", "<table"),
)
ADDED = ("city", "event", "page", "image")  # of the others the form to change is the same
STATUS = {"not found": 404, "refused": 400}
OPEN_ALL = (
    "document.querySelectorAll('details:not(.site-languages)').forEach((details) => { details.open = true; })"
)
COLOUR_RULES = ("color-contrast", "link-in-text-block")  # all that colours decide: they move nothing
AXE = """async ([type, values]) => (await axe.run(document, {
  runOnly: {type, values}, resultTypes: ['violations'],
})).violations.flatMap((rule) => rule.nodes.map((node) => ({
  rule: rule.id, where: node.target.join(' '), html: node.html.slice(0, 200),
  why: (node.any.concat(node.all, node.none)[0] || {message: rule.help}).message,
})))"""
SNIFF = """() => new Promise((resolve) => {
  HTMLCS.process('WCAG2AA', document, () => resolve(
    HTMLCS.getMessages().filter((message) => message.type === HTMLCS.ERROR).map((message) => ({
      rule: message.code, why: message.msg,
      where: message.element.tagName ? message.element.tagName.toLowerCase() : '',
      html: (message.element.outerHTML || '').slice(0, 200),
    })),
  ), () => resolve([{rule: 'failed', why: 'HTML CodeSniffer did not end', where: '', html: ''}]));
})"""


@dataclass
class Kind:
    """A kind of page: where it is, and what opens what is closed on it. `open` may be None."""

    name: str
    address: str
    open: object = None
    widths: tuple = WIDTHS
    languages: tuple = ("en",)
    found: Counter = field(default_factory=Counter)


def open_menu(page):
    page.locator(".site-bar > .site-menu-button").click()


def open_sheet(page):
    page.locator("[data-opens='filter-sheet'], .filter-open").first.click()
    page.locator("#filter-sheet[open]").wait_for()


def open_suggestions(page):
    page.locator("#search").press_sequentially("mil")
    page.locator("[role=option]:visible").first.wait_for()


def open_own_suggestions(page):
    page.locator("main [role=combobox]:visible").first.press_sequentially("mil")
    page.locator("main [role=option]:visible").first.wait_for()


def one_star(page):
    page.locator("[data-element=feedback-rate-2]").check()


def open_languages(page):
    page.locator(".site-languages summary").click()


STATES = (
    Kind("home, languages open", "/", open_languages, (320,)),
    Kind("home, menu open", "/", open_menu, (320,)),
    Kind("cities, filters open", "/cities/", open_sheet, (320,)),
    Kind("home, suggestions open", "/", open_suggestions),
    Kind("comparison, suggestions open", "/compare/cities/", open_own_suggestions),
    Kind("city, two stars", "/cities/bologna/", one_star),
)


def public_kinds():
    kinds = []
    for number, (name, address) in enumerate({**PAGES, "not found": NOT_FOUND, "refused": REFUSED}.items()):
        other = OTHER_LANGUAGES[number % len(OTHER_LANGUAGES)]
        languages = ("en",) if address.startswith(NEVER_PREFIXED) else ("en", other)
        kinds.append(Kind(name, address, languages=languages))
    for number, kind in enumerate(STATES):
        kind.languages = ("en", OTHER_LANGUAGES[number % len(OTHER_LANGUAGES)])
        kinds.append(kind)
    return kinds


def open_inlines(page):
    """Open what the form folds away: fieldsets and other languages' tabs; add a row to each inline."""
    page.evaluate(OPEN_ALL)
    for link in page.locator(".add-row a:visible").all():
        link.click()


def open_autocomplete(page):
    page.locator(".select2-selection:visible").first.click()
    page.locator(".select2-results__option[role=option]").first.wait_for()


def open_editor_dialog(page):
    page.locator(".ProseMirror").first.click()
    page.keyboard.type("Read the statutes")
    page.keyboard.press("ControlOrMeta+a")
    page.locator("[data-command=link]").first.click()
    page.locator("dialog[open]").wait_for()


def save_nothing(page):
    page.locator("input[name=_save]:visible").first.click()
    page.locator(".errornote").wait_for()


def admin_kinds(page, origin):
    """Give the kinds of pages of the admin, found by its index: each model's list, and forms of each sort."""
    page.goto(f"{origin}/admin/")
    addresses = page.locator("#content a[href^='/admin/']").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    lists = list(dict.fromkeys(a for a in addresses if re.fullmatch(r"/admin/\w+/\w+/", a)))
    apps = list(dict.fromkeys(f"/admin/{a.split('/')[2]}/" for a in lists))
    kinds = [Kind("admin index", "/admin/"), Kind("admin, an app", apps[0])]
    kinds.append(Kind("admin, password", "/admin/password_change/"))
    for address in lists:
        model = address.split("/")[3]
        kinds.append(Kind(f"admin, list of {model}", address))
        page.goto(f"{origin}{address}")
        first = page.locator("#result_list tbody th a").first
        has_rows = first.count() > 0
        if model in ADDED or not has_rows and page.locator(".object-tools a.addlink").count():
            kinds.append(Kind(f"admin, add {model}", f"{address}add/"))
        if has_rows:
            one = first.get_attribute("href").partition("?")[0]
            kinds.append(Kind(f"admin, change {model}", one, open_inlines))
            if model in ("city", "page", "image", "membership", "group"):
                kinds.append(Kind(f"admin, delete {model}", one.replace("/change/", "/delete/")))
                kinds.append(Kind(f"admin, history of {model}", one.replace("/change/", "/history/")))
    kinds += [
        Kind("admin, nothing found", f"{lists[0]}?q=zzzzzzzz"),
        Kind("admin, a form's errors", "/admin/networks/membership/add/", save_nothing),
        Kind("admin, autocomplete open", "/admin/networks/membership/add/", open_autocomplete),
        Kind("admin, editor's dialog", "/admin/content/page/add/", open_editor_dialog),
    ]
    return kinds


def sign_in(page, origin):
    page.goto(f"{origin}/admin/login/?next=/admin/")
    page.locator("[name=username]").fill(NAME)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form#login-form, form").last.locator("[type=submit]").click()
    page.wait_for_url(f"{origin}/admin/")


def scripts_of_engines():
    modules = TOOLS / "node_modules"
    return (
        (modules / "axe-core" / "axe.min.js").read_text(),
        (modules / "html_codesniffer" / "build" / "HTMLCS.js").read_text(),
    )


def in_language(address, language):
    return address if language == "en" else f"/{language}{address}"


def judge(page, origin, kind, faults, engines, colours=tuple(COLOURS)):
    """Open a kind of page in its languages, colours and widths; count and gather what the engines find.

    In English in each width and colours; in another language in light colours, on one width by turns.
    """
    for turn, language in enumerate(kind.languages):
        widths = kind.widths if turn == 0 else kind.widths[len(kind.name) % len(kind.widths) :][:1]
        for width in widths:
            open_kind(page, origin, kind, language, width)
            page.evaluate(engines[0])
            for name in colours if turn == 0 else ("light",):
                page.emulate_media(**COLOURS[name])
                rules = ["tag", TAGS] if name == "light" else ["rule", COLOUR_RULES]
                if name == "light" and page.locator("details:not([open])").count() and not kind.open:
                    note(kind, faults, f"{name} {width}", language, page.evaluate(AXE, rules))
                    page.evaluate(OPEN_ALL)
                note(kind, faults, f"{name} {width}", language, page.evaluate(AXE, rules))
        page.emulate_media(**COLOURS["light"])
        page.evaluate(engines[1])
        note(kind, faults, "sniffer", language, [f for f in page.evaluate(SNIFF) if not is_no_error(f)])


def open_kind(page, origin, kind, language, width):
    page.set_viewport_size({"width": width, "height": 900 if width > 400 else 640})
    page.emulate_media(**COLOURS["light"])
    answer = page.goto(origin + in_language(kind.address, language), wait_until="load")
    if answer.status != STATUS.get(kind.name, 200):
        raise RuntimeError(f"answers {answer.status}")
    if kind.open:
        kind.open(page)


def is_no_error(fault):
    return any(
        fault["rule"].endswith(rule) and all(part in fault["html"] for part in parts)
        for rule, *parts in NOT_ERRORS
    )


def note(kind, faults, column, language, found):
    kind.found[column] += len(found)
    for fault in found:
        key = (fault["rule"], fault["where"].partition(":nth")[0][:80], fault["why"][:90])
        faults.setdefault(key, (fault, []))[1].append(f"{kind.name} [{language}, {column}]")


def told(faults):
    """Give each different fault as a sentence, with the pages it is on."""
    for (rule, _where, _why), (fault, places) in sorted(faults.items()):
        kinds = list(dict.fromkeys(places))
        yield f"{rule}: {fault['why']}"
        yield f"    {fault['where']} | {' '.join(fault['html'].split())}"
        yield f"    on {len(kinds)}: {'; '.join(kinds[:6])}"


def table(kinds):
    columns = [f"{name} {width}" for name in COLOURS for width in sorted(WIDTHS)]
    lines = [
        f"| kind of page | languages | {' | '.join(columns)} | HTML CodeSniffer |",
        f"|---|---|{'---:|' * (len(columns) + 1)}",
    ]
    for kind in kinds:
        cells = [
            str(kind.found[column]) if int(column.split()[1]) in kind.widths else "–" for column in columns
        ]
        cells.append(str(kind.found["sniffer"]))
        lines.append(f"| {kind.name} | {', '.join(kind.languages)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def ask_engines(
    origin, program, only="", names=None, colours=tuple(COLOURS), narrow=True, languages=True, judged=None
):
    """Judge all kinds of pages whose name holds `only` and is among `names`, if there are any.

    Gives the kinds with their numbers, and sentences; calls `judged` with each kind at once.
    """
    faults, engines = {}, scripts_of_engines()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        context = browser.new_context(bypass_csp=True, reduced_motion="reduce", locale="en-GB")
        context.set_default_timeout(15_000)
        page = context.new_page()
        kinds = public_kinds() + [Kind("admin, sign in", "/admin/login/")]
        asked = []
        for sort in (lambda: kinds, lambda: sign_in(page, origin) or admin_kinds(page, origin)):
            for kind in sort():
                if only in kind.name and (names is None or kind.name in names):
                    look(page, origin, kind, faults, engines, colours, narrow, languages)
                    asked.append(kind)
                    if judged:
                        judged(kind)
        browser.close()
    return asked, list(told(faults))


def look(page, origin, kind, faults, engines, colours, narrow, languages):
    if not narrow and 1440 in kind.widths:
        kind.widths = (1440,)
    if not languages:
        kind.languages = kind.languages[:1]
    try:
        judge(page, origin, kind, faults, engines, colours)
    except Exception as error:  # A page that does not open is a fault like another; the rest is still judged.
        kind.found["sniffer"] += 1
        words = str(error).splitlines()[0]
        faults.setdefault(
            ("not judged", kind.name, words), ({"why": words, "where": kind.address, "html": ""}, [kind.name])
        )
    new = [
        rule for (rule, _where, _why), (_fault, places) in faults.items() if places[0].startswith(kind.name)
    ]
    print(f"{kind.name:44}{dict(kind.found)} {' '.join(new)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--origin", help="a site that is served already")
    parser.add_argument("--only", default="")
    parser.add_argument("--quick", action="store_true", help="English, light, 1440 pixels")
    parser.add_argument(
        "--again", action="store_true", help="the rows of the report that are not measured or have faults"
    )
    asked = parser.parse_args()
    how = {"only": asked.only}
    if asked.again:
        how |= {"names": unfinished(), "judged": mend_report}
    if asked.quick:
        how |= {"colours": ("light",), "narrow": False, "languages": False}
    if asked.origin:
        kinds, sentences = ask_engines(asked.origin, chromium(), **how)
    else:
        install_tools()
        with served_site() as origin:
            kinds, sentences = ask_engines(origin, chromium(), **how)
    print(*sentences, sep="\n")
    if not asked.only and not asked.quick and not asked.again:
        write_report(kinds)
    sys.exit(bool(sentences))


def unfinished():
    """Give the names of the report's rows that have faults or were not measured."""
    rows = re.findall(r"^\| ([^|]+) \|[^|]+\|(.*)\|$", REPORT.read_text(encoding="utf-8"), re.MULTILINE)
    return {name for name, cells in rows if re.search(r"[1-9]|not measured", cells)} - {"kind of page"}


def mend_report(kind):
    """Put what was measured of a kind of page in its row; what was not measured stays as it is there."""
    columns = [*(f"{name} {width}" for name in COLOURS for width in sorted(WIDTHS)), "sniffer"]
    lines = REPORT.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if line.startswith(f"| {kind.name} | "):
            name, languages, *cells = line.strip("| ").split(" | ")
            cells = [kind.found.get(column, cell) for column, cell in zip(columns, cells, strict=True)]
            lines[number] = f"| {' | '.join([name, languages, *map(str, cells)])} |"
    REPORT.write_text("\n".join(lines), encoding="utf-8")


def write_report(kinds):
    """Put the table in the place of the last one, below its heading in docs/accessibility.md."""
    before, _heading, rest = REPORT.read_text(encoding="utf-8").partition(HEADING)
    after = rest[rest.find("\n## ") :] if "\n## " in rest else ""
    REPORT.write_text(f"{before}{HEADING}\n\n{table(kinds)}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
