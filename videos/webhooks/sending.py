"""One POST to somebody else's server: to the very address that was checked, once, and not for longer than SECONDS."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from videos.webhooks.targets import Refused, Target, address_of, target_of

# For the whole of it, whatever the other side does; then for each word of the other side within that.
SECONDS, STEP_SECONDS = 15.0, 10.0
MOST_READ = 2048
USER_AGENT = "Viewprint-Webhooks/1"


class NotSent(Exception):
    """No answer came; the message says why, in words for the webhook's owner."""


@dataclass(frozen=True)
class Answer:
    """What the receiver said: its status, the beginning of its body, and how long it took."""

    status: int
    text: str
    milliseconds: int

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Return the answer to a JSON body. Redirects are answers, and are not followed. Raises NotSent."""
    began = time.monotonic()
    try:
        target = target_of(url)
        connection = _connection(target, address_of(target))
    except Refused as error:
        raise NotSent(str(error)) from error
    sent = {
        "Host": target.host_header,
        "User-Agent": USER_AGENT,
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        **headers,
    }
    with closing(connection), _told(), _cut_off(connection):
        connection.request("POST", target.path, body, sent, preload_content=False, decode_content=False)
        response = connection.getresponse()
        beginning = response.read(MOST_READ, decode_content=False)
        response.close()
    text = beginning.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return Answer(response.status, text, round((time.monotonic() - began) * 1000))


def _connection(target: Target, address: str) -> HTTPConnection:
    """Return a connection, not yet made, to this address; of TLS, the certificate must be for the name."""
    if target.scheme == "http":
        return HTTPConnection(address, target.port, timeout=STEP_SECONDS)
    return HTTPSConnection(
        address,
        target.port,
        timeout=STEP_SECONDS,
        ssl_context=ssl.create_default_context(),
        server_hostname=target.host,
    )


@contextmanager
def _cut_off(connection: HTTPConnection) -> Iterator[None]:
    """End the connection after SECONDS: one that says a letter now and then would never reach a time limit."""
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        if (connected := connection.sock) is not None:
            with suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
        if is_cut.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if is_cut.is_set():
        raise TimeoutError


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever goes wrong on the way into NotSent."""
    try:
        yield
    except (OSError, HTTPError, http.client.HTTPException) as error:
        raise NotSent(_reason(error)) from error


def _reason(error: BaseException) -> str:
    """Return why, from what urllib3 has wrapped; never its own text, which names objects of ours."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate is not accepted: {cause.verify_message}."
        if isinstance(cause, ssl.SSLError):
            return "No encrypted connection came about."
        if isinstance(cause, TimeoutError):
            return f"No whole answer came within {SECONDS:.0f} seconds."
        if isinstance(cause, ConnectionRefusedError):
            return "The server refused the connection."
        cause = cause.__cause__ or cause.__context__
    return "The connection broke before an answer came."
