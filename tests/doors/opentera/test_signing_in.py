"""Users, participants, devices and services prove who they are."""

import time

import pytest

from rollbook.core.sessions import second_factor
from tests.doors.opentera.conftest import Tera, Ways, basic, signed


def token_of(tera: Ways, name: str = "siteadmin") -> str:
    """A user's token."""
    return str(tera.user(name).get("/user/login").json()["user_token"])


def test_a_token_opens_what_its_user_may_see_and_ends_at_logout(tera: Ways) -> None:
    caller = tera.by_token(token_of(tera))
    assert [site["id_site"] for site in caller.get("/user/sites").json()] == [1]
    assert caller.get("/user/logout").json() == "User logged out."
    refused = caller.get("/user/sites")
    assert (refused.status_code, refused.text) == (401, "Unauthorized")


def test_a_token_may_come_in_the_query(tera: Ways) -> None:
    nobody = Tera(tera.client, {})
    assert nobody.get("/user/sites", token=token_of(tera)).status_code == 200
    assert nobody.get("/user/sites", token="eyJ.eyJ.sig").status_code == 401


def test_a_token_that_was_traded_for_another_is_good_no_more(tera: Ways) -> None:
    old = tera.by_token(token_of(tera))
    new = tera.by_token(old.get("/user/refresh_token").json()["refresh_token"])
    assert old.get("/user/sites").status_code == 401
    assert new.get("/user/sites").status_code == 200


def test_only_a_password_signs_in(tera: Ways) -> None:
    assert tera.by_token(token_of(tera)).get("/user/login").status_code == 401
    assert tera.user("admin").get("/user/login", foo="1").json() == {"message": "Unknown arguments: foo"}


def test_five_wrong_passwords_lock_a_name_and_no_other(tera: Ways) -> None:
    for _ in range(5):
        assert Tera(tera.client, basic("user", "wrong")).get("/user/login").status_code == 401
    assert tera.user("user").get("/user/login").status_code == 401
    assert tera.user("user2").get("/user/login").status_code == 200


def test_who_is_inactivated_gets_in_by_no_old_token(tera: Ways) -> None:
    caller, admin = tera.by_token(token_of(tera, "user3")), tera.user("admin")
    assert caller.get("/user/sites").status_code == 200
    assert admin.post("/user/users", {"user": {"id_user": 5, "user_enabled": False}}).status_code == 200
    assert caller.get("/user/sites").status_code == 401
    assert tera.user("user3").get("/user/login").status_code == 401
    assert admin.post("/user/users", {"user": {"id_user": 5, "user_enabled": True}}).status_code == 200
    assert caller.get("/user/sites").status_code == 401, (
        "what let them in before stays dead, however soon they are back"
    )
    assert tera.by_token(token_of(tera, "user3")).get("/user/sites").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"service_uuid": "00000000-0000-0000-0000-0000000000ff"}, {"service_uuid": None}, {"exp": "x"}],
)
def test_a_service_needs_a_token_of_its_own_that_has_not_ended(tera: Ways, claims: dict[str, object]) -> None:
    assert tera.service(6).get("/service/sites").status_code == 200
    refused = tera.service(6, **claims).get("/service/sites")
    assert (refused.status_code, refused.json()) == (401, "Unauthorized")


def test_a_token_signed_otherwise_opens_nothing(tera: Ways) -> None:
    about = {"exp": time.time() + 60, "jti": "a", "service_uuid": "00000000-0000-0000-0000-000000000001"}
    for token in (signed(about, key="another"), signed(about, algorithm="none"), "a.b", "...", ""):
        assert tera.by_token(token).get("/service/sites").status_code == 401


def test_a_disabled_device_is_told_so(tera: Ways) -> None:
    assert tera.device(1).get("/device/devices").status_code == 200
    assert tera.device(3).get("/device/devices").json() == "Disabled device"


def test_a_lasting_token_of_a_participant_does_less_than_a_password(tera: Ways) -> None:
    signed_in = tera.participant().get("/participant/login").json()
    lasting, full = tera.by_token(signed_in["base_token"]), tera.by_token(signed_in["participant_token"])
    assert lasting.get("/participant/participants").json() == {"participant_name": "Participant #1"}
    assert lasting.get("/participant/sessions").status_code == 403
    assert len(full.get("/participant/sessions").json()) == 28


def test_a_lasting_token_ends_when_it_is_switched_off(tera: Ways) -> None:
    lasting = tera.by_token(tera.participant().get("/participant/login").json()["base_token"])
    off = {"participant": {"id_participant": 1, "participant_token_enabled": False}}
    assert tera.user("admin").post("/user/participants", off).status_code == 200
    assert lasting.get("/participant/login").status_code == 401


def test_a_second_factor_is_set_up_and_asked_for(tera: Ways) -> None:
    admin = tera.user("admin")
    new = {
        "id_user": 0,
        "user_username": "zoe",
        "user_password": "Twofac123!x",
        "user_firstname": "Zoe",
        "user_lastname": "K",
        "user_enabled": True,
        "user_profile": "",
        "user_2fa_enabled": True,
    }
    assert admin.post("/user/users", {"user": new}).status_code == 200
    zoe = Tera(tera.client, basic("zoe", "Twofac123!x"))
    answer = zoe.get("/user/login")
    assert answer.json()["reason"] == "2fa_setup"
    step = Tera(tera.client, {"cookie": answer.headers["set-cookie"].partition(";")[0]})
    secret = step.get("/user/login/setup_2fa").json()["otp_secret"]
    code = second_factor.code_at(secret, time.time_ns() // 1000)
    assert step.post("/user/login/setup_2fa", {"otp_secret": secret, "otp_code": "0"}).status_code == 401
    assert "user_token" in step.post("/user/login/setup_2fa", {"otp_secret": secret, "otp_code": code}).json()
    assert zoe.get("/user/login").json()["reason"] == "2fa"
    assert "user_token" in step.get("/user/login/2fa", otp_code=code).json()
    assert step.get("/user/login/2fa", otp_code="12").json() == "Invalid OTP code"
