"""How gunicorn serves the site: `gunicorn --config python:citynet.gunicorn citynet.wsgi`.

Threads, not processes, are what a page that waits for its database needs, and they share one pool of
connections. Bind address and number of processes come from the command line or gunicorn's own
environment variables (`--bind`, `WEB_CONCURRENCY`).
"""

import signal

worker_class = "gthread"
threads = 8
limit_request_line = 8190  # longer than what the site itself refuses, so that its own page says why
loglevel = "warning"  # Requests are logged by the site itself, with their request id.
control_socket_disable = True


def when_ready(server):
    """Say where the site is, as the last line that a person who started it reads."""
    addresses = ", ".join(str(listener) for listener in server.LISTENERS)
    print(f"citynet is at {addresses} (Ctrl+C stops it).", flush=True)


def post_worker_init(worker):
    """Leave Ctrl+C to the master: a worker told to stop twice, by both, can hang until it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
