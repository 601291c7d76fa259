"""What the browser complains about while a story is told."""

import re

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError


class BrowserComplaints(AssertionError):
    """The browser's console showed errors that the story did not announce."""


class Console:
    """Collect the errors of every page of a test; one that is not allowed fails the test."""

    def __init__(self) -> None:
        self.contexts: list[BrowserContext] = []
        self.errors: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Announce an error that belongs to the story, as a regular expression."""
        self._allowed.append(re.compile(pattern))

    def watch(self, context: BrowserContext) -> None:
        """Listen to all present and future pages of a browser context."""
        self.contexts.append(context)
        context.on("console", self._note_message)
        context.on("weberror", self._note_exception)
        context.on("requestfailed", self._note_request)

    def verify(self) -> None:
        """Fail if the browser complained about something unannounced.

        :raises BrowserComplaints: listing it
        """
        unexpected = [error for error in self.errors if not self._is_allowed(error)]
        if unexpected:
            raise BrowserComplaints("\n".join(unexpected))

    def _is_allowed(self, error: str) -> bool:
        return any(pattern.search(error) for pattern in self._allowed)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def _note_exception(self, error: WebError) -> None:
        self.errors.append(f"uncaught: {error.error}")

    def _note_request(self, request: Request) -> None:
        # A page that is left breaks off its requests; that is nobody's fault.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.errors.append(f"{request.failure} ({request.url})")
