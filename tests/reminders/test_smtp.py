"""SMTP: each fault of a server leads to its outcome, TLS is checked, a dot at the start of a line survives."""

import datetime as dt
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from registry.core.transports import FileTransport, Outcome, SmtpTransport
from tests.reminders.smtp import Keeper, Script, keeping


def mail(text: str = "Hello\n") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "us@example.org", "sam@example.org", "Papers"
    made["Message-ID"] = "<one@example.org>"
    made.set_content(text)
    return made


def send(url: str, timeout_s: float = 1.0, text: str = "Hello\n"):
    transport = SmtpTransport(url, timeout_s=timeout_s)
    try:
        return transport.send(mail(text), "sam@example.org")
    finally:
        transport.close()


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({}, Outcome.SENT),
        ({"greeting": "421 later"}, Outcome.RETRY),
        ({"greeting": "drop"}, Outcome.RETRY),
        ({"greeting": "hang"}, Outcome.RETRY),
        ({"EHLO": "drop"}, Outcome.RETRY),
        ({"MAIL": "421 closing"}, Outcome.RETRY),
        ({"MAIL": "550 you may not send"}, Outcome.RETRY),
        ({"RCPT": "451 busy"}, Outcome.RETRY),
        ({"RCPT": "550 no such user"}, Outcome.REFUSED),
        ({"RCPT": "drop"}, Outcome.RETRY),
        ({"DATA": "451 busy"}, Outcome.RETRY),
        ({"DATA": "554 no"}, Outcome.REFUSED),
        ({"DATA": "drop"}, Outcome.RETRY),
        ({"DATA": "hang"}, Outcome.RETRY),
        ({"dot": "421 later"}, Outcome.RETRY),
        ({"dot": "451 busy"}, Outcome.RETRY),
        ({"dot": "550 spam"}, Outcome.REFUSED),
        ({"dot": "drop"}, Outcome.UNKNOWN),
        ({"dot": "hang"}, Outcome.UNKNOWN),
    ],
    ids=str,
)
def test_every_fault_leads_to_its_outcome(answers, outcome):
    server = Script(answers)
    try:
        assert send(f"smtp://127.0.0.1:{server.port}").outcome is outcome
    finally:
        server.close()


def test_a_server_that_is_not_there_is_tried_again():
    assert send("smtp://127.0.0.1:9").outcome is Outcome.RETRY


def test_the_connection_is_used_again_after_a_refusal():
    server = Script({"RCPT": "550 no such user"})
    transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}", timeout_s=2)
    try:
        assert [transport.send(mail(), "x@example.org").outcome for _ in range(3)] == [Outcome.REFUSED] * 3
    finally:
        transport.close()
        server.close()


def test_a_line_that_begins_with_a_dot_arrives_whole():
    keeper = Keeper()
    seen: list[bytes] = []
    original = keeper.handle_DATA

    async def handle(server, session, envelope):
        seen.append(envelope.content)
        return await original(server, session, envelope)

    keeper.handle_DATA = handle
    with keeping(keeper) as port:
        assert send(f"smtp://127.0.0.1:{port}", text="One\n.two\n.\nthree\n").outcome is Outcome.SENT
    assert b"\r\n.two\r\n.\r\nthree\r\n" in seen[0]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that only whoever is given it trusts, with its key in one file."""
    import ipaddress

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize("trusted", [True, False])
def test_asvs_12_3_1_the_certificate_of_the_server_is_checked(certificate, tls, trusted):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    keeper = Keeper()
    options = {"ssl_context": context} if tls == "implicit" else {"tls_context": context, "require_starttls": True}
    with keeping(keeper, **options) as port:
        scheme = "smtps" if tls == "implicit" else "smtp"
        ca = f"&ca={certificate}" if trusted else ""
        answer = send(f"{scheme}://127.0.0.1:{port}?tls={tls}{ca}", timeout_s=5)
    assert answer.outcome is (Outcome.SENT if trusted else Outcome.RETRY)
    assert sum(keeper.accepted.values()) == int(trusted)
    assert trusted or "certificate" in answer.said.casefold()


def test_without_tls_nothing_is_said_to_a_server_elsewhere():
    server = Script({})
    try:
        answer = send(f"smtp://127.0.0.1:{server.port}?tls=starttls")
    finally:
        server.close()
    assert answer.outcome is Outcome.RETRY
    assert "STARTTLS" in answer.said


def test_a_second_sending_is_the_same_file(tmp_path):
    transport = FileTransport(tmp_path / "mail")
    for _ in range(2):
        assert transport.send(mail(), "sam@example.org").outcome is Outcome.SENT
    assert [file.name for file in (tmp_path / "mail").iterdir()] == ["one.eml"]


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path):
    (tmp_path / "mail").write_text("a file")
    assert FileTransport(tmp_path / "mail").send(mail(), "sam@example.org").outcome is Outcome.RETRY
