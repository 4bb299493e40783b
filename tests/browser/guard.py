"""Notes everything that should not happen in a browser: errors, failed requests, and requests to another origin."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError


class Guard:
    """What went wrong in a browser context, in words; empty when all went well."""

    def __init__(self, origin: str) -> None:
        self.complaints: list[str] = []
        self._own = (f"{origin}/", "data:", "blob:")

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("weberror", self._on_error)
        context.on("request", self._on_request)
        context.on("requestfailed", self._on_failure)
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console {message.type}: {message.text} ({message.location['url']})")

    def _on_error(self, error: WebError) -> None:
        self.complaints.append(f"uncaught: {error.error.message}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._own):
            self.complaints.append(f"request to another origin: {request.url}")

    def _on_failure(self, request: Request) -> None:
        # Leaving a page ends what it is still loading.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"status {response.status}: {response.request.method} {response.url}")
