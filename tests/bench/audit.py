"""Judge every kind of page as a visitor's browser meets it: `make audit`, or `python -m tests.bench.audit`.

Serves the site as production does (gunicorn, hashed and compressed static files) with the demo, in a
database of its own and on a port of its own, and prints as tables:

* weights on the wire of a first visit and of a visit after the home page; requests to other hosts;
  violations of the Content-Security-Policy; shifts of the layout (Chromium);
* errors of the Nu HTML checker (npm `vnu-jar`, needs Java);
* Lighthouse's four scores (npm `lighthouse`, needs Node), as a slow phone sees the page.

Ends with 1 if a budget of DESIGN.md §6 or of the issue is missed. Takes some minutes. `--only` names parts:
weights, html, lighthouse.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import ARGUMENTS, PROGRAMS
from tests.browser.visit import AFTERWARDS, MAX_SHIFT, visit
from tests.portal.pages import NOT_FOUND, PAGES

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOOLS = ROOT / "var" / "audit"
PARTS = ("weights", "html", "lighthouse")
REFUSED = "/cities/?q=%00"
JUDGED = {name: PAGES[name] for name in ("home", "cities", "city", "network", "event")}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
LEAST_SCORE = 95
NAME, PASSWORD = "audit", "audit-" * 4  # of the member of staff who looks at the admin
TURNS = 3  # of Lighthouse on a page, at most: one slow moment of the machine is not the page's


def install_tools():
    """Bring the versions that package.json names into var/audit; nothing to do if they are there."""
    wanted = (HERE / "package.json").read_text()
    there = TOOLS / "package.json"
    if there.exists() and there.read_text() == wanted and (TOOLS / "installed").exists():
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    (TOOLS / "installed").unlink(missing_ok=True)
    there.write_text(wanted)
    print("Installing tests/bench/package.json …", flush=True)
    command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=TOOLS, check=True, stdout=subprocess.DEVNULL)
    (TOOLS / "installed").touch()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def served_site():
    """Serve the demo as production does; give its origin. Nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="citynet-audit-") as folder:
        environment = {
            **os.environ,
            "DEBUG": "off",
            "HTTPS": "off",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECRET_KEY": "audit-" * 10,
            "DATABASE_URL": f"sqlite:///{folder}/citynet.sqlite3",
            "CACHE_URL": "locmemcache://audit",
            "MEDIA_ROOT": f"{folder}/media",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        }
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (
            ["migrate", "--verbosity", "0"],
            ["load_demo"],
            ["createsuperuser", "--no-input", "--username", NAME, "--email", f"{NAME}@citynet.example"],
            ["collectstatic", "--no-input", "--verbosity", "0"],
        ):
            subprocess.run(
                [*manage, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
            )
        origin = f"http://127.0.0.1:{free_port()}"
        gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:citynet.gunicorn"]
        server = subprocess.Popen(
            [*gunicorn, "--bind", origin.removeprefix("http://"), "citynet.wsgi"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_for(origin, server)
            yield origin
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(origin, server):
    """Return once the site answers. Raises RuntimeError if its server ends or takes half a minute."""
    for _turn in range(150):
        if server.poll() is not None:
            raise RuntimeError(f"gunicorn ended with {server.returncode}")
        try:
            with urllib.request.urlopen(f"{origin}/readyz"):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the site does not answer")


def chromium():
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit("make audit needs Chromium.")
    return program


def weigh(origin, program):
    """Print what each page weighs and does in a browser; give the sentences on what is too much."""
    faults = []
    print(f"\n{'page':28}{'first':>9}{'after':>9}{'requests':>9}{'others':>8}{'CSP':>5}{'shift':>8}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        screen = {"viewport": {"width": 412, "height": 823}}
        for name, address in {**PAGES, "not found": NOT_FOUND, "refused": REFUSED}.items():
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
        for name, address in {**PAGES, "not found": NOT_FOUND, "refused": REFUSED}.items():
            path = Path(folder) / f"{name.replace(' ', '-').replace(',', '')}.html"
            names[path.name] = name
            try:
                with urllib.request.urlopen(origin + address) as answer:
                    path.write_bytes(answer.read())
            except urllib.error.HTTPError as answer:
                path.write_bytes(answer.read())
        jar = TOOLS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
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


def run_lighthouse(address, program):
    """Give {category: score}, and {audit: its title} of those that cost points."""
    flags = ["--headless=new", *ARGUMENTS]
    command = [
        "node",
        str(TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"),
        address,
        "--quiet",
        "--output=json",
        f"--chrome-flags={' '.join(flags)}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    told = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "CHROME_PATH": program}
    )
    report = json.loads(told.stdout)
    scores = {name: round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES}
    lost = {}
    for name in CATEGORIES:
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                lost[reference["id"]] = f"{audit['title']} {audit.get('displayValue', '')}".strip()
    return scores, lost


def judge(origin, program):
    """Print Lighthouse's scores of the five pages; give the sentences on those that are too low."""
    faults = []
    print(f"\n{'Lighthouse':28}{'speed':>9}{'access':>9}{'practice':>9}{'search':>9}  turns")
    for name, address in JUDGED.items():
        turns, lost = [], {}
        while len(turns) < TURNS:
            scores, lost = run_lighthouse(origin + address, program)
            turns.append(scores)
            if min(scores.values()) >= LEAST_SCORE:
                break
        median = {
            category: round(statistics.median(turn[category] for turn in turns)) for category in CATEGORIES
        }
        if len(turns) < TURNS:
            median = turns[-1]
        print(f"{name:28}" + "".join(f"{median[category]:>9}" for category in CATEGORIES) + f"  {len(turns)}")
        for category, score in median.items():
            if score < LEAST_SCORE:
                faults.append(f"{name}: {category} is {score}, not {LEAST_SCORE}")
        if median != turns[-1] or min(median.values()) < LEAST_SCORE:
            faults += [f"    {audit}: {title}" for audit, title in lost.items()]
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parts = parser.parse_args().only
    for tool in ("npm", "node", "java"):
        if parts != ["weights"] and shutil.which(tool) is None:
            sys.exit(f"make audit needs {tool}.")
    program, faults = chromium(), []
    if parts != ["weights"]:
        install_tools()
    with served_site() as origin:
        if "weights" in parts:
            faults += weigh(origin, program)
        if "html" in parts:
            faults += check_html(origin)
        if "lighthouse" in parts:
            faults += judge(origin, program)
    if faults:
        print("\nMissed:", *faults, sep="\n  ")
        sys.exit(1)
    print("\nEvery budget is kept.")


if __name__ == "__main__":
    main()
