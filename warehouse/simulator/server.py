"""The door of the simulated carriers: a small HTTP server for this machine."""

import logging
import socket
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from warehouse.simulator.faults import Fault, FaultKind
from warehouse.simulator.pages import CONTROL_PATH, control_page
from warehouse.simulator.sf.gateway import SERVICE_PATH
from warehouse.simulator.sf.labels import PRINT_PATH
from warehouse.simulator.sf.routes import NoSuchStep
from warehouse.simulator.simulator import Reply, Simulator, json_reply

logger = logging.getLogger(__name__)

_LARGEST_BODY = 1024 * 1024
_BACK_TO_PAGE = Reply(body=b"", status=303, headers={"Location": CONTROL_PATH})
Fields = dict[str, str]


class SimulatorServer(ThreadingHTTPServer):
    """Serves one simulator; a thread per call, as slow answers must not hold up others."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], simulator: Simulator) -> None:
        super().__init__(address, _Handler)
        self.simulator = simulator

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over callers who did not wait for the answer; report everything else."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """The address to reach it by."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave as two packets, and the kernel would keep the second back for 40 ms.
    disable_nagle_algorithm = True
    server: SimulatorServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        simulator = self.server.simulator
        if path == CONTROL_PATH:
            page = control_page(simulator).encode()
            self._send(Reply(body=page, content_type="text/html;charset=UTF-8"))
        elif path.startswith(PRINT_PATH):
            number = path.removeprefix(PRINT_PATH).removesuffix(".pdf")
            self._send(simulator.label(number, token=self.headers.get("X-Auth-token", "")))
        else:
            self._send(json_reply({"error": "not found"}, status=404))

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        fields = self._fields()
        if path == SERVICE_PATH:
            self._send(self.server.simulator.call_sf(fields, base_url=self._base_url()))
        elif path.startswith(f"{CONTROL_PATH}/"):
            self._send(self._control(path.removeprefix(f"{CONTROL_PATH}/"), fields))
        else:
            self._send(json_reply({"error": "not found"}, status=404))

    def log_message(self, format: str, *args: object) -> None:
        logger.debug(format, *args)

    def _control(self, action: str, fields: Fields) -> Reply:
        origin = self.headers.get("Origin")
        if origin and origin != self._base_url():
            # Any page in the same browser could otherwise play the carrier.
            return json_reply({"error": "foreign page"}, status=403)
        act = _ACTIONS.get(action)
        try:
            if act is None:
                raise NoSuchStep(action)
            act(self.server.simulator, fields)
        except (NoSuchStep, KeyError, ValueError) as error:
            return json_reply({"error": str(error)}, status=400)
        return _BACK_TO_PAGE

    def _fields(self) -> Fields:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= _LARGEST_BODY:
            self.close_connection = True
            return {}
        body = self.rfile.read(size).decode(errors="replace")
        return dict(parse_qsl(body, keep_blank_values=True))

    def _base_url(self) -> str:
        return f"http://{self.headers.get('Host') or 'localhost'}"

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


def _plan_fault(simulator: Simulator, fields: Fields) -> None:
    simulator.faults.add(
        Fault(
            kind=FaultKind(fields["kind"]),
            service=fields.get("service") or "*",
            times=int(fields.get("times") or 1),
            seconds=float(fields.get("seconds") or 0),
            code=fields.get("code", ""),
        )
    )


_ACTIONS: dict[str, Callable[[Simulator, Fields], None]] = {
    "advance": lambda simulator, fields: simulator.advance(fields["order_id"], fields["step"]),
    "travel": lambda simulator, fields: simulator.travel(fields["order_id"], fields["way"]),
    "callback": lambda simulator, fields: simulator.push_to(fields.get("url", "")),
    "push": lambda simulator, _fields: simulator.push(),
    "faults": _plan_fault,
    "faults/clear": lambda simulator, _fields: simulator.faults.clear(),
}
