"""What a browser meets on a page: requests, refusals of the Content-Security-Policy, shifts of the layout."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

KB = 1000  # bytes, as the budgets of DESIGN.md §6 count
FIRST_VISIT, FIRST_VISIT_WITH_MAP, AFTERWARDS = 100 * KB, 170 * KB, 25 * KB
MAX_SHIFT = 0.02

WATCH = """
window.seen = {shift: 0, violations: []};
document.addEventListener("securitypolicyviolation", (event) => {
  seen.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Visit:
    """One visit to a page: {address: bytes on the wire}, and what went wrong."""

    status: int = 0
    weights: dict = field(default_factory=dict)
    strangers: list = field(default_factory=list)
    violations: list = field(default_factory=list)
    errors: list = field(default_factory=list)
    shift: float = 0.0

    @property
    def weight(self):
        return sum(self.weights.values())

    @property
    def has_map(self):
        return any("/leaflet" in address for address in self.weights)

    @property
    def budget(self):
        return FIRST_VISIT_WITH_MAP if self.has_map else FIRST_VISIT

    def heaviest(self, number=8):
        """Give the heaviest parts, as lines."""
        parts = sorted(self.weights.items(), key=lambda part: -part[1])[:number]
        return [f"{size:>8,} {urlsplit(address).path}" for address, size in parts]


def visit(page, address):
    """Go to an address, wait until the network is quiet, scroll to the end, and give the Visit.

    What the browser takes from its cache weighs nothing. A page of a fresh context makes a first visit.
    Sizes are those of the protocol, headers included (CDP Network.loadingFinished, encodedDataLength).
    """
    seen, open_requests = Visit(), {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")

    def sent(event):
        open_requests[event["requestId"]] = event["request"]["url"]

    def served_from_cache(event):
        open_requests.pop(event["requestId"], None)

    def finished(event):
        if requested := open_requests.pop(event["requestId"], None):
            if requested.startswith("http"):
                seen.weights[requested] = seen.weights.get(requested, 0) + event["encodedDataLength"]

    def console(message):
        if message.type == "error":
            seen.errors.append(message.text)

    def failed(error):
        seen.errors.append(str(error))

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.requestServedFromCache", served_from_cache)
    session.on("Network.loadingFinished", finished)
    page.on("console", console)
    page.on("pageerror", failed)
    if not hasattr(page, "is_watched"):  # a second watch would count every shift twice
        page.add_init_script(WATCH)
        page.is_watched = True
    response = page.goto(address, wait_until="networkidle")
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_load_state("networkidle")
    found = page.evaluate("window.seen")
    seen.status, seen.shift, seen.violations = response.status, found["shift"], found["violations"]
    host = urlsplit(page.url).netloc
    seen.strangers = sorted(name for name in seen.weights if urlsplit(name).netloc != host)
    page.remove_listener("console", console)
    page.remove_listener("pageerror", failed)
    session.detach()
    return seen
