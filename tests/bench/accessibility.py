"""Ask three engines whether every kind of page can be used by everybody: `make audit`, or
`python -m tests.bench.accessibility`.

Opens every kind of page of the public site and of the admin (`tests.bench.kinds`), in English and in one other
language, in light colours, dark ones, forced ones and those of our own that are stronger, on 320 and on 1440
pixels, as they come and with all that opens open. Asks

* axe-core (npm `axe-core`): WCAG 2.0, 2.1 and 2.2, A and AA, and its best practices;
* HTML CodeSniffer (npm `html_codesniffer`), the second engine of pa11y, run in the page itself as pa11y does:
  the errors of WCAG2AA;
* Lighthouse (npm `lighthouse`), beside these two: its scores.

Writes rows for every kind of page into docs/accessibility.md and ends with 1 if anything was found. The first
two are scripts, so the pages are opened without their Content-Security-Policy. `--again` measures what the last
run did not reach, and what had faults.
"""

import argparse
import sys
from contextlib import closing, nullcontext, suppress
from queue import Empty, SimpleQueue
from threading import Thread

from playwright.sync_api import sync_playwright

from tests.bench.kinds import OPEN_ALL, admin_kinds, public_kinds, sign_in, signed_out_kinds
from tests.bench.lighthouse import FAST, SLOW, Lighthouse, categories_of, scores_of
from tests.bench.report import KEPT, Results, write_report
from tests.bench.site import MODULES, answers, chromium, install_tools, need, served_site, version_of
from tests.browser.conftest import ARGUMENTS

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
COLOURS = {
    "light": {"color_scheme": "light", "forced_colors": "none", "contrast": "no-preference"},
    "dark": {"color_scheme": "dark", "forced_colors": "none", "contrast": "no-preference"},
    "contrast": {"color_scheme": "light", "forced_colors": "active", "contrast": "more"},
}
STRONGER = "contrast-strong.background-black", "contrast-strong.background-white"  # by turns
# Errors of HTML CodeSniffer that are none: the end of the rule, what the element's HTML holds, and why.
NOT_ERRORS = (
    # A group of fields that `aria-labelledby` names; it knows the <legend> alone (ARIA17, H71).
    ("H71.NoLegend", "<fieldset", "aria-labelledby="),
    ("H91.Fieldset.Name", "<fieldset", "aria-labelledby="),
    # Rows that head their group: each head says so by its `scope` (H63), as tests/portal/test_html.py holds.
    ("H43.HeadersRequired", "<table"),
    # A former version is shown in a form, as all records are, that nobody may send (H32).
    ("H32.2", "<form", 'id="historical'),
    ("H32.2", "<form", 'id="rating_form"'),  # likewise: visitors' ratings are read, not written
    # A dialog whose buttons are what there is to choose: its form sends nothing (H32 is about what is sent).
    ("H32.2", '<form method="dialog"'),
)
AT_ONCE = 2  # browsers that ask the first two engines
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


class Engines:
    """axe-core and HTML CodeSniffer in pages of a browser; gathers what they find, for words at the end."""

    def __init__(self, browser, origin, session, is_quick=False):
        self.origin, self.is_quick = origin, is_quick
        self.colours = ("light",) if is_quick else tuple(COLOURS)
        self.pages = {
            is_signed_in: self.new_page(browser, state)
            for is_signed_in, state in ((False, None), (True, session))
        }
        self.axe = (MODULES / "axe-core" / "axe.min.js").read_text()
        self.sniffer = (MODULES / "html_codesniffer" / "build" / "HTMLCS.js").read_text()
        self.faults = {}

    @staticmethod
    def new_page(browser, state):
        """Give a page of a visitor's, or of a member of staff who is signed in by `state`."""
        context = browser.new_context(
            bypass_csp=True, reduced_motion="reduce", locale="en-GB", storage_state=state
        )
        context.set_default_timeout(60_000)
        return context.new_page()

    def judge(self, kind, number):
        """Give {column: faults} of a kind of page: in English in each width and colours, then stronger; in
        another language in light colours, on one width by turns.
        """
        found = {}
        self.page = self.pages[kind.is_signed_in]
        for turn, language in enumerate(kind.languages[: 1 if self.is_quick else None]):
            widths = kind.widths
            if turn or self.is_quick:
                widths = widths[number % len(widths) :][:1] if turn else widths[:1]
            for width in widths:
                self.open(kind, language, width, kind.display)
                self.ask_axe(kind, language, width, found, self.colours if turn == 0 else ("light",))
            self.page.emulate_media(**COLOURS["light"])
            self.page.evaluate(self.sniffer)
            errors = [fault for fault in self.page.evaluate(SNIFF) if not is_no_error(fault)]
            self.note(kind, found, "sniffer", language, errors)
        if not kind.display and not self.is_quick:
            self.open(kind, "en", kind.widths[0], STRONGER[number % 2])
            self.page.evaluate(self.axe)
            faults = self.page.evaluate(AXE, ["rule", COLOUR_RULES])
            self.note(kind, found, "stronger", "en", faults)
        return found

    def open(self, kind, language, width, display):
        context = self.page.context
        context.clear_cookies(name="display")
        if display:
            context.add_cookies([{"name": "display", "value": display, "url": self.origin}])
        self.page.set_viewport_size({"width": width, "height": 900 if width > 400 else 640})
        self.page.emulate_media(**COLOURS["light"])
        answer = self.page.goto(self.origin + kind.address_in(language), wait_until="load")
        if answer.status != kind.status:
            raise RuntimeError(f"answers {answer.status}")
        if kind.open:
            kind.open(self.page)

    def ask_axe(self, kind, language, width, found, colours):
        self.page.evaluate(self.axe)
        for name in colours:
            self.page.emulate_media(**COLOURS[name])
            rules = ["tag", TAGS] if name == "light" else ["rule", COLOUR_RULES]
            if name == "light" and self.page.locator("details:not([open])").count() and not kind.open:
                self.note(kind, found, f"{name} {width}", language, self.page.evaluate(AXE, rules))
                self.page.evaluate(OPEN_ALL)
            self.note(kind, found, f"{name} {width}", language, self.page.evaluate(AXE, rules))

    def note(self, kind, found, column, language, faults):
        found[column] = found.get(column, 0) + len(faults)
        for fault in faults:
            key = (fault["rule"], fault["where"].partition(":nth")[0][:80], fault["why"][:90])
            self.faults.setdefault(key, (fault, []))[1].append(f"{kind.name} [{language}, {column}]")


def is_no_error(fault):
    return any(
        fault["rule"].endswith(rule) and all(part in fault["html"] for part in parts)
        for rule, *parts in NOT_ERRORS
    )


def told(faults):
    """Give each different fault as a sentence, with the pages it is on."""
    for (rule, _where, _why), (fault, places) in sorted(faults.items()):
        kinds = list(dict.fromkeys(places))
        yield f"{rule}: {fault['why']}"
        yield f"    {fault['where']} | {' '.join(fault['html'].split())}"
        yield f"    on {len(kinds)}: {'; '.join(kinds[:6])}"


class Judge(Thread):
    """Takes kinds of pages from a queue until it is empty; keeps what it measures in `results`."""

    def __init__(self, origin, queue, results):
        super().__init__(daemon=True)
        self.origin, self.queue, self.results = origin, queue, results
        self.sentences, self.faults = [], {}

    def each(self):
        with suppress(Empty):
            while True:
                yield self.queue.get_nowait()

    def note(self, kind, **measured):
        self.results.note(kind, **measured)
        print(f"{kind.name:44}{measured}", flush=True)

    def refuse(self, kind, error):
        """Tell of a page that does not open; the rest is still judged, unless there is no site any more."""
        self.sentences.append(f"{kind.name}: not judged: {str(error).splitlines()[0]}")
        print(self.sentences[-1], flush=True)
        if not answers(self.origin):
            while not self.queue.empty():
                next(self.each(), None)


class Faults(Judge):
    """Asks axe-core and HTML CodeSniffer."""

    def __init__(self, origin, queue, results, session, is_quick):
        super().__init__(origin, queue, results)
        self.session, self.is_quick = session, is_quick

    def run(self):
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
            engines = Engines(browser, self.origin, self.session, self.is_quick)
            self.faults = engines.faults
            for number, kind in self.each():
                try:
                    found = engines.judge(kind, number)
                except Exception as error:
                    self.refuse(kind, error)
                else:
                    self.note(kind, found=found)
            browser.close()


class Scores(Judge):
    """Asks Lighthouse, by whoever is signed in with `session_id`."""

    def __init__(self, origin, queue, results, session_id):
        super().__init__(origin, queue, results)
        self.session_id = session_id

    def run(self):
        with closing(Lighthouse(chromium())) as lighthouse:
            for kind, categories in self.each():
                cookies = {"sessionid": self.session_id} if kind.is_signed_in else {}
                cookies |= {"display": kind.display} if kind.display else {}
                try:
                    scores, sentences = scores_of(lighthouse, self.origin, kind, categories, cookies)
                except (RuntimeError, OSError) as error:
                    self.refuse(kind, error)
                else:
                    self.sentences += sentences
                    self.note(kind, scores=scores)


def find_kinds(origin):
    """Give all kinds of pages, the session of a member of staff who is signed in, and Chromium's version."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        page = Engines.new_page(browser, None)
        sign_in(page, origin)
        kinds = public_kinds() + signed_out_kinds() + admin_kinds(page, origin)
        session, version = page.context.storage_state(), browser.version
        browser.close()
    return kinds, session, version


def audit(origin, results, only="", is_quick=False):
    """Judge all kinds of pages whose name holds `only` and that `results` lack something of.

    Gives what engines they were, and sentences on the faults.
    """
    kinds, session, version = find_kinds(origin)
    results.place(kinds)
    kinds = [kind for kind in kinds if only in kind.name]
    faults, scores = SimpleQueue(), SimpleQueue()
    for number, kind in enumerate(kinds):
        if results.lacks_found(kind):
            faults.put((number, kind))
    for categories in () if is_quick else (FAST, SLOW):
        for kind in kinds:
            asked = [
                name for name in categories_of(kind) if name in categories and results.lacks_score(kind, name)
            ]
            if asked:
                scores.put((kind, asked))
    session_id = next(cookie["value"] for cookie in session["cookies"] if cookie["name"] == "sessionid")
    judges = [Faults(origin, faults, results, session, is_quick) for _turn in range(AT_ONCE)]
    judges.append(Scores(origin, scores, results, session_id))
    for judge in judges:
        judge.start()
    for judge in judges:
        judge.join()
    if not answers(origin):
        sys.exit(f"The site at {origin} answers no more; --again goes on from here.")
    engines = (
        f"axe-core {version_of('axe-core')}, HTML CodeSniffer {version_of('html_codesniffer')} "
        f"and Lighthouse {version_of('lighthouse')} in Chromium {version}"
    )
    sentences = [sentence for judge in judges for sentence in judge.sentences]
    return engines, sentences + [line for judge in judges for line in told(judge.faults)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--origin", help="a site that is served already")
    parser.add_argument(
        "--only", default="", help="kinds of pages whose name holds this; writes no report but with --again"
    )
    parser.add_argument("--quick", action="store_true", help="English, light, one width; writes no report")
    parser.add_argument("--again", action="store_true", help="what was not measured yet or has faults")
    asked = parser.parse_args()
    if asked.origin and not answers(asked.origin):
        sys.exit(f"No site answers at {asked.origin}.")
    partly = asked.quick or asked.only and not asked.again
    try:
        results = Results.kept() if asked.again else Results(path=None if partly else KEPT)
    except FileNotFoundError:
        sys.exit("There is no run to go on with: leave --again out.")
    need("npm", "node")
    install_tools()

    with nullcontext(asked.origin) if asked.origin else served_site() as origin:
        engines, sentences = audit(origin, results, asked.only, asked.quick)
    print(*sentences, sep="\n")
    if not partly:
        write_report(results, engines)
    sys.exit(bool(sentences))


if __name__ == "__main__":
    main()
