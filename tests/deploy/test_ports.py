import socket
from collections.abc import Iterator
from threading import Thread

import pytest

from deploy import ports
from deploy.problems import Problem


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_busy_port_is_refused_with_another_to_try(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(Problem, match=rf"Port {port} .* taken[^$]*make run PORT={port + 1}"):
        ports.require_free("127.0.0.1", port)


def test_busy_port_of_a_simulator_says_what_it_is_for(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(Problem, match="simulated shops"):
        ports.require_free("127.0.0.1", port, message=ports.BUSY_SIMULATOR)


def test_free_port_is_accepted_and_left_free(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    ports.require_free("127.0.0.1", port)
    ports.require_free("127.0.0.1", port)


def test_port_without_a_listener_does_not_answer(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    assert not ports.answers("127.0.0.1", port)


def test_server_that_says_anything_answers(listener: socket.socket) -> None:
    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(1024)
            connection.sendall(b"HTTP/1.0 302 Found\r\n\r\n")

    server = Thread(target=serve)
    server.start()
    assert ports.answers("127.0.0.1", listener.getsockname()[1])
    server.join()
