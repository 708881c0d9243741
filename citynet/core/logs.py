"""Structured logs: one line an event, each with the id of the request that caused it.

Logged of a request: method, path, the *names* of its parameters, status, and the key of a signed-in user
whom the page asked for. Not logged: parameter values (people search for people), addresses of visitors,
browsers, cookies, and the local variables of a traceback.
"""

import logging

import structlog
from django_structlog.middlewares.request import RequestMiddleware

HEADER = "X-Request-ID"


class RequestLogMiddleware(RequestMiddleware):
    """Log each request once, when it ends, and tell its id in the X-Request-ID header of the response.

    The id is always our own: one sent by a browser could be used to write into the log.
    """

    def prepare(self, request):
        super().prepare(request)
        request.request_id = structlog.contextvars.get_contextvars()["request_id"]

    def handle_response(self, request, response):
        response[HEADER] = request.request_id
        super().handle_response(request, response)

    @staticmethod
    def format_request(request):
        """Give `GET /cities/?q&country`; request.GET is no help, since it raises on a thousand parameters."""
        query = request.META.get("QUERY_STRING", "")[:2_000]
        names = "&".join(dict.fromkeys(part.partition("=")[0] for part in query.split("&")))
        return f"{request.method} {request.path}{'?' if names else ''}{names}"

    @staticmethod
    def bind_user_id(request):
        """Name the user if the page loaded one; looking here would cost every page two SQL statements."""
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            structlog.contextvars.bind_contextvars(user_id=user.pk)


def is_not_logged_by_middleware(record):
    """Drop what Django says about a request that RequestLogMiddleware logs anyway, traceback included."""
    return not hasattr(getattr(record, "request", None), "request_id")


def configure_logs(level, as_json):
    """Set structlog up and give Django's LOGGING: `level` is a name ("INFO"), JSON or coloured text."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    if as_json:
        render = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    else:
        render = [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    logger = {"handlers": ["console"], "level": level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "not_logged_by_middleware": {
                "()": "django.utils.log.CallbackFilter",
                "callback": is_not_logged_by_middleware,
            }
        },
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*shared, structlog.stdlib.ExtraAdder(allow=())],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["not_logged_by_middleware"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": logger,
            # The development server's own line for each request repeats ours.
            "django.server": {**logger, "level": max(logging.WARNING, logging.getLevelName(level))},
            "gunicorn.error": logger,
        },
    }
