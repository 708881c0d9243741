"""The site as `make audit` judges it: the demo, served as production does, in a database of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import PROGRAMS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
TOOLS = ROOT / "var" / "audit"
MODULES = TOOLS / "node_modules"
NAME, PASSWORD = "audit", "audit-" * 4  # of the member of staff who looks at the admin


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


def version_of(tool):
    """Give the version of an npm package as it is installed."""
    return json.loads((MODULES / tool / "package.json").read_text())["version"]


def need(*programs):
    """End with a sentence unless all of these are on the machine."""
    for program in programs:
        if shutil.which(program) is None:
            sys.exit(f"make audit needs {program}.")


def chromium():
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit("make audit needs Chromium.")
    return program


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
        if answers(origin):
            return
        time.sleep(0.2)
    raise RuntimeError("the site does not answer")


def answers(origin):
    """Whether a site is there and ready."""
    try:
        with urllib.request.urlopen(f"{origin}/readyz", timeout=10):
            return True
    except OSError:
        return False
