"""Certificates of devices: given, renewed, revoked, believed from a trusted proxy alone. Registering has a limit."""

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from litestar.testing import TestClient

from rollbook.core.access import limits
from rollbook.core.kernel.clock import DAY, HOUR, now
from rollbook.core.sessions import certificates, registering
from rollbook.web.proxies import TrustedProxies
from tests.conftest import Organisation
from tests.doors.opentera.conftest import Tera, Ways
from tests.doors.opentera.test_recycle_bin import at_console, back

PEM_TYPE = "application/octet-stream"
LIST = "/pki/devices.crl"


def request_of(name: str = "scale") -> bytes:
    """A signing request, in PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return made.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def registered(tera: Ways, **more: str) -> dict[str, Any]:
    """A new device with a certificate, which someone has enabled."""
    admin = tera.user("admin")
    key = admin.get("/user/server/settings", device_register_key=True).json()["device_register_key"]
    params = {"key": key, "name": "Scale", "type_key": "scale"} | more
    answer = tera.client.post(
        "/api/device/register", params=params, content=request_of(), headers={"content-type": PEM_TYPE}
    )
    assert answer.status_code == 200, answer.text
    device = dict(answer.json())
    device["id"] = admin.get("/user/devices", device_uuid=device["device_uuid"]).json()[0]["id_device"]
    set_enabled(admin, device, True)
    return device


def set_enabled(admin: Tera, device: dict[str, Any], is_enabled: bool) -> None:
    """Enable or disable a device."""
    answer = admin.post("/user/devices", {"device": {"id_device": device["id"], "device_enabled": is_enabled}})
    assert answer.status_code == 200, answer.text


def serial_of(pem: str) -> int:
    """A certificate's serial."""
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def revoked(tera: Ways) -> dict[int, str]:
    """The serials on the list, with the reasons, after its signature was checked."""
    answer = tera.client.get(LIST)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pkix-crl")
    listed = x509.load_der_x509_crl(answer.content)
    authority = x509.load_pem_x509_certificate(tera.client.get("/pki/authority.pem").content)
    assert listed.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    assert listed.issuer == authority.subject
    in_pem = x509.load_pem_x509_crl(tera.client.get(f"{LIST}.pem").content)
    assert in_pem.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    assert {one.serial_number for one in in_pem} == {one.serial_number for one in listed}
    return {
        one.serial_number: one.extensions.get_extension_for_class(x509.CRLReason).value.reason.value for one in listed
    }


def test_a_certificate_names_the_device_and_where_it_would_be_revoked(tera: Ways) -> None:
    device = registered(tera)
    made = x509.load_pem_x509_certificate(device["device_certificate"].encode())
    authority = x509.load_pem_x509_certificate(device["ca_info"].encode())
    made.verify_directly_issued_by(authority)
    assert made.subject.rfc4514_string() == f"CN={device['device_uuid']}"
    points = made.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    assert points[0].full_name is not None
    assert points[0].full_name[0].value.endswith(LIST)
    assert tera.client.get("/pki/authority.pem").text == device["ca_info"]


def test_a_device_that_is_disabled_deleted_or_gone_has_its_certificate_revoked(tera: Ways) -> None:
    admin, device = tera.user("admin"), registered(tera)
    serial = serial_of(device["device_certificate"])
    assert serial not in revoked(tera)
    set_enabled(admin, device, False)
    assert revoked(tera)[serial] == "certificateHold"
    set_enabled(admin, device, True)
    assert serial not in revoked(tera)
    assert admin.delete("/user/devices", id=device["id"]).status_code == 200
    assert revoked(tera)[serial] == "certificateHold", "it may come back"
    console = at_console(tera, "admin")
    back(console, "device", device["id"])
    assert serial not in revoked(tera)
    admin.delete("/user/devices", id=device["id"])
    back(console, "device", device["id"], "purge")
    assert revoked(tera)[serial] == "cessationOfOperation"


def test_a_certificate_is_renewed_and_the_one_before_ends_a_week_later(
    tera: Ways, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = registered(tera)
    headers = {"authorization": f"OpenTera {device['device_token']}", "content-type": PEM_TYPE}
    answer = tera.client.post("/api/device/certificate", content=request_of(), headers=headers)
    assert answer.status_code == 200, answer.text
    first, second = (serial_of(one["device_certificate"]) for one in (device, answer.json()))
    assert first != second
    assert not {first, second} & revoked(tera).keys()
    monkeypatch.setattr(certificates, "OVERLAP", -HOUR)
    third = tera.client.post("/api/device/certificate", content=request_of(), headers=headers).json()
    assert revoked(tera).get(second) == "superseded"
    assert serial_of(third["device_certificate"]) not in revoked(tera)
    with tera.database.reading() as work:
        work.at = now() + 8 * DAY
        late = {int(one.serial, 16): one.reason for one in certificates.list_revoked(work)}
    assert late[first] == "superseded"


@pytest.mark.parametrize(
    ("body", "media_type"),
    [(b"no request", PEM_TYPE), (b"", PEM_TYPE), (b"\xff" * 2000, PEM_TYPE), (b"{}", "application/json")],
)
def test_a_request_that_is_none_is_refused(tera: Ways, body: bytes, media_type: str) -> None:
    headers = tera.device(1).headers | {"content-type": media_type}
    assert tera.client.post("/api/device/certificate", content=body, headers=headers).status_code == 400
    assert tera.client.post("/api/device/certificate", content=body).status_code == 401


class From:
    """The server as it is reached from an address."""

    def __init__(self, app: Any, address: str) -> None:
        self._app, self._address = app, address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Go on, as from there."""
        await self._app({**scope, "client": (self._address, 1)}, receive, send)


def behind(tera: Ways, address: str, *proxies: str) -> TestClient[Any]:
    """A client at an address, of a server that trusts some proxies."""
    made: TestClient[Any] = TestClient(From(TrustedProxies(tera.client.app, proxies), address))
    made.blocking_portal = tera.client.blocking_portal
    return made


@pytest.mark.parametrize(
    ("address", "proxies", "is_believed"),
    [
        ("10.0.0.9", ("10.0.0.9",), True),
        ("10.0.0.9", ("10.0.0.0/24",), True),
        ("::ffff:10.0.0.9", ("10.0.0.9",), True),
        ("fd00::9", ("fd00::/16",), True),
        ("10.0.0.8", ("10.0.0.9",), False),
        ("10.0.0.9", (), False),
        ("10.0.0.9", ("fd00::/16", "no-address"), False),
        ("unknown", ("10.0.0.9",), False),
    ],
)
def test_a_device_comes_in_by_its_certificate_through_a_trusted_proxy_alone(
    tera: Ways, address: str, proxies: tuple[str, ...], is_believed: bool
) -> None:
    device = registered(tera)
    client = behind(tera, address, *proxies)
    answer = client.get("/api/device/devices", headers={"x-device-uuid": device["device_uuid"]})
    assert answer.status_code == (200 if is_believed else 401)
    if is_believed:
        assert answer.json()["device_info"]["device_uuid"] == device["device_uuid"]


def test_what_a_proxy_says_must_be_of_a_good_certificate(tera: Ways, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, device = tera.user("admin"), registered(tera)
    client = behind(tera, "10.0.0.9", "10.0.0.9")
    serial = f"{serial_of(device['device_certificate']):X}"

    def ask(**headers: str) -> int:
        named = {"x-device-uuid": device["device_uuid"]} | {k.replace("_", "-"): v for k, v in headers.items()}
        return int(client.get("/api/device/devices", headers=named).status_code)

    assert ask(x_ssl_client_verify="SUCCESS", x_ssl_client_serial=serial) == 200
    assert ask(x_ssl_client_serial=f"0{serial.lower()}") == 200
    assert ask(x_ssl_client_verify="FAILED:unable to verify") == 401
    assert ask(x_ssl_client_serial="beef") == 401
    assert ask(x_device_uuid="nobody", authorization=f"OpenTera {device['device_token']}") == 401
    assert client.get("/api/device/devices", headers={"x-device-uuid": _uuid_without(admin)}).status_code == 401
    monkeypatch.setattr(certificates, "OVERLAP", -HOUR)
    headers = {"x-device-uuid": device["device_uuid"], "content-type": PEM_TYPE}
    renewed = client.post("/api/device/certificate", content=request_of(), headers=headers)
    assert renewed.status_code == 200, renewed.text
    assert (ask(), ask(x_ssl_client_serial=serial)) == (200, 401)
    set_enabled(admin, device, False)
    answer = client.get("/api/device/devices", headers={"x-device-uuid": device["device_uuid"]})
    assert (answer.status_code, answer.json()) == (401, "Disabled device")


def _uuid_without(admin: Tera) -> str:
    """A device of the reference data, which has no certificate."""
    return str(admin.get("/user/devices", id_device=1).json()[0]["device_uuid"])


def test_an_address_registers_one_device_at_a_time_whatever_node_it_asks(
    organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registering, "EVERY", HOUR)
    server = organisation.server
    with server.database.writing() as work:
        limits.forget(work, now() + DAY)
    params = {"key": registering.key_of(server.services.sealer, organisation.id), "name": "A", "type_key": "scale"}
    first, second = (organisation.client.get("/api/device/register", params=params) for _ in range(2))
    assert first.status_code == 200, first.text
    assert (second.status_code, second.json()) == (429, "Rate Limited")
    assert int(second.headers["retry-after"]) == 3600
    guess = organisation.client.get("/api/device/register", params=params | {"key": "AAAAAAAAAAAAAAAA"})
    assert guess.status_code == 429, "guesses of the key are counted as well"
