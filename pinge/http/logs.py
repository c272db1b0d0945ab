"""Logs: a JSON object a line in prod, readable lines in dev; never a secret, a query or a text."""

from __future__ import annotations

import logging
import sys
import warnings

import orjson
import structlog
from aiohttp import BadContentDispositionHeader, web
from aiohttp.http import HttpProcessingError
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger


def setup(*, in_prod: bool) -> None:
    """Send everything to standard error, ours and the libraries' alike."""
    stamped: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered = _as_json() if in_prod else _as_text()
    structlog.configure(
        processors=[*stamped, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stderr)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=stamped,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)
    # Its one warning quotes the subprotocols that a client offered, among which tokens come.
    logging.getLogger("aiohttp.websocket").setLevel(logging.ERROR)
    logging.getLogger("aiohttp.server").addFilter(_is_no_broken_request)
    # So does this warning, which goes past the log, with the parts of a form.
    warnings.simplefilter("ignore", BadContentDispositionHeader)


def _is_no_broken_request(record: logging.LogRecord) -> bool:
    """Broken HTTP is its sender's fault, and the error quotes it with whatever stands in it."""
    raised = record.exc_info[1] if record.exc_info else None
    return not isinstance(raised, HttpProcessingError | web.RequestPayloadError)


def _as_json() -> list[Processor]:
    # Without local variables, which hold passwords and texts.
    frames = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
    return [frames, structlog.processors.JSONRenderer(serializer=_dumps)]


def _as_text() -> list[Processor]:
    frames = structlog.dev.plain_traceback  # rich's would print local variables
    with_frames = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=frames
    )

    def render(logger: WrappedLogger, method: str, line: EventDict) -> str:
        # The library's own way to write a line took a tenth of an HTTP request.
        if "exc_info" in line or "_record" in line:
            return with_frames(logger, method, line)
        when, level, what = line.pop("timestamp"), line.pop("level"), line.pop("event")
        rest = " ".join(f"{key}={value}" for key, value in line.items())
        return f"{when} {level:8} {what:12} {rest}"

    return [render]


def _dumps(line: object, **_options: object) -> str:
    return orjson.dumps(line, default=str).decode()
