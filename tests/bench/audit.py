"""Weigh every kind of page and check its HTML: `make audit`, or `python -m tests.bench.audit`.

Prints as tables:

* weights on the wire of a first visit and of a visit after the home page; requests to other hosts;
  violations of the Content-Security-Policy; shifts of the layout (Chromium);
* errors of the Nu HTML checker (npm `vnu-jar`, needs Java).

Ends with 1 if a budget of DESIGN.md §6 or of the issue is missed. `--only` names parts: weights, html. Whether
everybody can use the pages, and Lighthouse's scores, is asked by `tests.bench.accessibility`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.kinds import REFUSED
from tests.bench.site import MODULES, chromium, install_tools, need, served_site
from tests.browser.conftest import ARGUMENTS
from tests.browser.visit import AFTERWARDS, MAX_SHIFT, visit
from tests.portal.pages import NOT_FOUND, PAGES

PARTS = ("weights", "html")
ADDRESSES = {**PAGES, "not found": NOT_FOUND, "refused": REFUSED}


def weigh(origin, program):
    """Print what each page weighs and does in a browser; give the sentences on what is too much."""
    faults = []
    print(f"\n{'page':28}{'first':>9}{'after':>9}{'requests':>9}{'others':>8}{'CSP':>5}{'shift':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        screen = {"viewport": {"width": 412, "height": 823}}
        for name, address in ADDRESSES.items():
            context = browser.new_context(**screen)
            first = visit(context.new_page(), origin + address)
            context.close()
            context = browser.new_context(**screen)
            page = context.new_page()
            page.goto(origin + PAGES["home"], wait_until="networkidle")
            after = visit(page, origin + address)
            context.close()
            mark = " map" if first.has_map else ""
            print(
                f"{name + mark:28}{first.weight:>9,}{after.weight:>9,}{len(first.weights):>9}"
                f"{len(first.strangers):>8}{len(first.violations):>5}{first.shift:>8.3f}"
            )
            expected = {"not found": 404, "refused": 400}.get(name, 200)
            errors = [error for error in first.errors if expected == 200 or str(expected) not in error]
            for is_fault, words in (
                (first.status != expected, f"answers {first.status}"),
                (first.weight > first.budget, f"weighs {first.weight:,} B, not {first.budget:,}"),
                (
                    after.weight > AFTERWARDS and not after.has_map,
                    f"weighs {after.weight:,} B afterwards, not {AFTERWARDS:,}",
                ),
                (first.strangers, f"asks other hosts: {first.strangers}"),
                (first.violations, f"violates the policy: {first.violations}"),
                (errors, f"has errors: {errors}"),
                (first.shift > MAX_SHIFT, f"shifts by {first.shift:.3f}"),
            ):
                if is_fault:
                    faults.append(f"{name} ({address}) {words}")
                    if "weighs" in words:
                        visited = after if "afterwards" in words else first
                        faults += [f"    {line}" for line in visited.heaviest()]
        browser.close()
    return faults


def check_html(origin):
    """Print how many errors the Nu checker finds on each page; give each error as a sentence."""
    with tempfile.TemporaryDirectory(prefix="citynet-html-") as folder:
        names = {}
        for name, address in ADDRESSES.items():
            path = Path(folder) / f"{name.replace(' ', '-').replace(',', '')}.html"
            names[path.name] = name
            try:
                with urllib.request.urlopen(origin + address) as answer:
                    path.write_bytes(answer.read())
            except urllib.error.HTTPError as answer:
                path.write_bytes(answer.read())
        jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
        command = ["java", "-Xss4m", "-jar", str(jar), "--format", "json", folder]
        told = subprocess.run(command, capture_output=True, text=True)
        messages = json.loads(told.stderr)["messages"]
    errors = [message for message in messages if message["type"] != "info"]
    warnings = [message for message in messages if message.get("subType") == "warning"]
    print(f"\nNu checker: {len(names)} pages, {len(errors)} errors, {len(warnings)} warnings")
    for words in gathered(warnings, names):
        print(f"  warning: {words}")
    return gathered(errors, names)


def gathered(messages, names):
    """Give each different message once, with the pages it is about and a place in one of them."""
    same = {}
    for message in messages:
        same.setdefault(message["message"], []).append(message)
    sentences = []
    for words, found in same.items():
        files = dict.fromkeys(message.get("url", "").rpartition("/")[2] for message in found)
        pages = ", ".join(names.get(file, file) for file in files)
        extract = " ".join(found[0].get("extract", "").split())[:100]
        sentences.append(f"{len(found)} × {words} On {pages}; line {found[0].get('lastLine')} `{extract}`")
    return sentences


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parts = parser.parse_args().only
    program, faults = chromium(), []
    if "html" in parts:
        need("npm", "java")
        install_tools()
    with served_site() as origin:
        if "weights" in parts:
            faults += weigh(origin, program)
        if "html" in parts:
            faults += check_html(origin)
    if faults:
        print("\nMissed:", *faults, sep="\n  ")
        sys.exit(1)
    print("\nEvery budget is kept.")


if __name__ == "__main__":
    main()
