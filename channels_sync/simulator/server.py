"""The door of the simulated platforms: a small HTTP server for this machine, and its clockwork."""

import logging
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from channels_sync.simulator.controls import press
from channels_sync.simulator.html import CONTROL_PATH
from channels_sync.simulator.market.platform import Call as PlatformCall
from channels_sync.simulator.ownsite.callbacks import PLACES, Call
from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.pages import control_page, market_page
from channels_sync.simulator.replies import Reply, json_reply
from channels_sync.simulator.simulator import Simulator

logger = logging.getLogger(__name__)

_LARGEST_BODY = 1024 * 1024
_HTML = "text/html;charset=UTF-8"
_NOT_FOUND = json_reply({"error": "not found"}, status=404)


class SimulatorServer(ThreadingHTTPServer):
    """Serves one simulator; a thread per call, as slow answers must not hold up others."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        # A port that cannot be had closes the server before it was made whole.
        self.simulator = simulator
        self._stopping = threading.Event()
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over callers who did not wait for the answer; report everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """The address to reach it by."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def run_clockwork(self, *, every: float = 1.0) -> None:
        """Let the simulator do what is due, until the server closes."""
        while not self._stopping.wait(every):
            try:
                self.simulator.tick()
            except Exception:
                logger.exception("the clockwork stumbled")

    def server_close(self) -> None:
        self._stopping.set()
        self.simulator.close()
        super().server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave as two packets, and the kernel would keep the second back for 40 ms.
    disable_nagle_algorithm = True
    server: SimulatorServer

    def do_PUT(self) -> None:
        self._send(self._call(self._body()))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/":
            self._send(_back_to(""))
        elif path == CONTROL_PATH or self._market_key(path):
            self._send(self._page())
        else:
            self._send(self._call(b""))

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self._body()
        if path.startswith(f"{CONTROL_PATH}/"):
            self._send(self._control(path.removeprefix(f"{CONTROL_PATH}/"), body))
        else:
            self._send(self._call(body))

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)

    def _call(self, body: bytes) -> Reply | None:
        path = urlsplit(self.path).path
        match path.split("/")[1:]:
            case [key, *_rest] if key in self.server.simulator.booths:
                return self.server.simulator.call_platform(key, self._platform_call(key, body))
            case ["shops", shop, place, *rest] if self._is_shops(shop, place) and len(rest) <= 1:
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, path, headers, body)
                number = unquote(rest[0]) if rest else ""
                return self.server.simulator.call_shop(call, place, number)
            case ["shopify", store, "admin", "api", version, "graphql.json"] if (
                store == self.server.simulator.settings.shopify_store and self.command == "POST"
            ):
                token = self.headers.get("X-Shopify-Access-Token", "")
                return self.server.simulator.call_shopify(body, version=version, token=token)
            case ["shopify", store, "admin", "oauth", door] if (
                store == self.server.simulator.settings.shopify_store
            ):
                return self._let_in(door, body)
        return _NOT_FOUND

    def _let_in(self, door: str, body: bytes) -> Reply | None:
        match self.command, door:
            case "GET", "authorize":
                query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
                return self.server.simulator.authorize_shopify(query)
            case "POST", "access_token":
                return self.server.simulator.grant_shopify(body)
        return _NOT_FOUND

    def _platform_call(self, key: str, body: bytes) -> PlatformCall:
        split = urlsplit(self.path)
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return PlatformCall(self.command, split.path.removeprefix(f"/{key}"), query, headers, body)

    def _market_key(self, path: str) -> str:
        """Return the platform whose control page, or a button of it, a path names."""
        key = path.removeprefix(f"{CONTROL_PATH}/").partition("/")[0]
        return key if key in self.server.simulator.booths else ""

    def _is_shops(self, shop: str, place: str) -> bool:
        return shop == self.server.simulator.settings.shop and place in PLACES

    def _control(self, action: str, body: bytes) -> Reply:
        origin = self.headers.get("Origin")
        if origin and origin != f"http://{self.headers.get('Host') or 'localhost'}":
            # Any page in the same browser could otherwise play the shop.
            return json_reply({"error": "foreign page"}, status=403)
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        try:
            press(self.server.simulator, action, fields)
        except CannotBeDone as refusal:
            return self._page(notice=str(refusal), status=400)
        return _back_to(self._market_key(urlsplit(self.path).path))

    def _page(self, *, notice: str = "", status: int = 200) -> Reply:
        simulator = self.server.simulator
        if key := self._market_key(urlsplit(self.path).path):
            page = market_page(simulator, simulator.booths[key], notice=notice)
        else:
            page = control_page(simulator, notice=notice)
        return Reply(body=page.encode(), status=status, content_type=_HTML)

    def _body(self) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= _LARGEST_BODY:
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    def _send(self, reply: Reply | None) -> None:
        if reply is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)


def _back_to(key: str) -> Reply:
    path = f"{CONTROL_PATH}/{key}" if key else CONTROL_PATH
    return Reply(body=b"", status=303, headers={"Location": path})
