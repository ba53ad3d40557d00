"""One request to somebody else's server, whatever that server does."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.services import free_port
from tests.videos.webhooks.receiver import Receiver, dripping, receiving
from videos.webhooks import sending
from videos.webhooks.sending import MOST_READ, NotSent, post


def test_the_body_arrives_letter_by_letter_with_what_a_server_expects(receiver: Receiver) -> None:
    answer = post(receiver.url, '{"title": "Größe"}'.encode(), {"webhook-id": "msg_1"})
    assert (answer.status, answer.text, answer.is_accepted) == (200, "thank you", True)
    [heard] = receiver.heard
    assert (heard.path, heard.body.decode()) == ("/hook?to=crm", '{"title": "Größe"}')
    assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["user-agent"] == "Viewprint-Webhooks/1"
    assert heard.headers["webhook-id"] == "msg_1"


def test_without_the_setting_this_machine_is_not_reached(receiver: Receiver, settings: Any) -> None:
    settings.WEBHOOKS_PRIVATE = []
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(NotSent, match="no public address"):
            post(f"http://{host}:{receiver.port}/", b"{}", {})
    assert receiver.heard == []


def test_the_address_that_was_checked_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        """Answer with this machine at the first question, with another address at the second."""
        if host != "rebind.example":
            return real(host, *rest, **more)
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "127.0.0.2"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, receiver.port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    assert post(f"http://rebind.example:{receiver.port}/", b"{}", {}).is_accepted
    assert asked == ["rebind.example"]
    assert receiver.heard[0].headers["host"] == f"rebind.example:{receiver.port}"


def test_a_redirect_is_an_answer_and_leads_nowhere(receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    answer = post(receiver.url, b"{}", {})
    assert (answer.status, answer.is_accepted, len(receiver.heard)) == (307, False, 1)


def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.text = b"\0\xff" + b"x" * 5_000_000
    text = post(receiver.url, b"{}", {}).text
    assert len(text) == MOST_READ
    assert text.startswith("\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}x")


def test_a_server_that_says_a_letter_now_and_then_is_cut_off(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    receiver.behaves = dripping(10)
    began = time.monotonic()
    with pytest.raises(NotSent, match="No whole answer came within"):
        post(receiver.url, b"{}", {})
    assert time.monotonic() - began < 5


def test_what_is_no_answer_is_told_in_words(receiver: Receiver) -> None:
    for wrong in (b"", b"SSH-2.0-OpenSSH\r\n"):
        receiver.behaves = lambda wire, wrong=wrong: wire.write(wrong)
        with pytest.raises(NotSent, match="The connection broke before an answer came"):
            post(receiver.url, b"{}", {})
    with pytest.raises(NotSent, match="refused the connection"):
        post(f"http://127.0.0.1:{free_port()}/", b"{}", {})
    with pytest.raises(NotSent, match="No encrypted connection"):
        post(receiver.url.replace("http:", "https:"), b"{}", {})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for hooks.example, and its key beside it, that nobody but its file vouches for."""
    openssl = shutil.which("openssl")
    assert openssl
    folder = tmp_path_factory.mktemp("tls")
    done = [
        *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
        *("-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example"),
        *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
    ]
    subprocess.run(done, check=True, capture_output=True)
    return folder / "cert.pem"


def test_a_certificate_must_be_trusted_and_for_the_name(
    settings: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_PRIVATE = ["127.0.0.1"]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, certificate.with_name("key.pem"))
    real = socket.getaddrinfo

    def here(host: str, port: int, *rest: Any, **more: Any) -> Any:
        return real("127.0.0.1" if host.endswith(".example") else host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    with receiving(tls) as receiver:
        url = f"https://hooks.example:{receiver.port}/"
        with pytest.raises(NotSent, match="The certificate is not accepted: self-signed certificate"):
            post(url, b"{}", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert post(url, b"{}", {}).is_accepted
        with pytest.raises(NotSent, match="The certificate is not accepted"):
            post(url.replace("hooks.", "other."), b"{}", {})
        with pytest.raises(NotSent, match="The certificate is not accepted"):
            post(url.replace("hooks.example", "127.0.0.1"), b"{}", {})
        assert len(receiver.heard) == 1
