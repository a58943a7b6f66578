"""Webhooks of the SENAR API: registering, what is told, removing."""

from typing import Any

import pytest

from rollbook.app import Server
from rollbook.core.kernel.principal import Role
from rollbook.core.people import registration
from tests.conftest import Caller
from tests.doors.senar.conftest import School, activity
from tests.workers.post_office import PostOffice, answering

REGISTER = "/integration/data/webhook_register"
HOOK = {"hookUrl": "https://hooks.example.org/zap", "method": "activity", "provider": "zapier"}


@pytest.fixture
def post(server: Server) -> PostOffice:
    return PostOffice(server)


def register(caller: Caller, url: str, method: str) -> int:
    answer = caller.post(REGISTER, json={"hookUrl": url, "method": method, "provider": "zapier"})
    assert answer.status_code == 200, answer.text
    assert list(answer.json()) == ["id"]
    return int(answer.json()["id"])


def test_new_activities_and_users_are_told_as_the_lists_show_them(school: School, post: PostOffice) -> None:
    manager, slug = school.manager(), school.organisation.founded.organisation.slug
    urls = {method: f"https://hooks.example.org/{slug}/{method}" for method in ("activity", "user")}
    for method, url in urls.items():
        register(manager, url, method)
    jon = school.person("jon", Role.INSTRUCTOR, company="ACME")
    school.record(activity(instructor=jon), activity(jon))
    post.work()
    told = {method: [sent.json for sent in post.sent_to(url)] for method, url in urls.items()}
    assert told["activity"] == manager.get("/integration/data/activities").json()
    assert told["user"] == manager.get("/integration/data/users").json()[1:]
    assert [user["profile"] for user in told["user"]] == ["Instructor", "Guest"]


def test_a_removed_webhook_is_told_nothing_more(school: School, post: PostOffice) -> None:
    manager, url = school.manager(), f"https://hooks.example.org/{school.organisation.id}/removed"
    hook = register(manager, url, "user")
    school.person("ana")
    post.work()
    assert len(post.sent_to(url)) == 1
    removed = manager.delete(f"{REGISTER}/{hook}")
    assert (removed.status_code, removed.content) == (204, b"")
    school.person("bor")
    post.work()
    assert len(post.sent_to(url)) == 1
    assert manager.delete(f"{REGISTER}/{hook}").status_code == 404


def test_a_target_that_is_gone_is_dropped(school: School, post: PostOffice) -> None:
    manager, url = school.manager(), f"https://hooks.example.org/{school.organisation.id}/gone"
    register(manager, url, "user")
    post.answers[url] = answering(410)
    for name in ("ana", "bor"):
        school.person(name)
        post.work()
    assert len(post.sent_to(url)) == 1


def test_someone_erased_before_the_telling_is_not_told(school: School, post: PostOffice) -> None:
    manager, url = school.manager(), f"https://hooks.example.org/{school.organisation.id}/erased"
    register(manager, url, "user")
    ana = school.person("ana")
    with school.organisation.writing() as work:
        registration.erase(work, ana)
    post.work()
    assert post.sent_to(url) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hookUrl": ...}, "hookUrl"),
        ({"hookUrl": ""}, "hookUrl"),
        ({"hookUrl": "hooks.example.org"}, "hookUrl"),
        ({"hookUrl": "ftp://hooks.example.org"}, "hookUrl"),
        ({"hookUrl": "https://ana:secret@hooks.example.org"}, "hookUrl"),
        ({"hookUrl": "https://" + "x" * 3000}, "hookUrl"),
        ({"hookUrl": 7}, "hookUrl"),
        ({"method": ...}, "method"),
        ({"method": "person.created"}, "method"),
        ({"method": ["user"]}, "method"),
        ({"provider": "x" * 256}, "provider"),
        ({"provider": {}}, "provider"),
    ],
)
def test_a_bad_registration_is_named_and_nothing_is_made(school: School, change: dict[str, Any], field: str) -> None:
    body = {name: value for name, value in (HOOK | change).items() if value is not ...}
    answer = school.manager().post(REGISTER, json=body)
    assert answer.status_code == 422, answer.text
    assert list(answer.json()["errors"]) == [field]
    assert answer.json()["message"].startswith(field)
    assert school.organisation.native().get("/v1/webhooks").json()["webhooks"] == []


def test_a_provider_need_not_be_named(school: School) -> None:
    body = {"hookUrl": HOOK["hookUrl"], "method": "user"}
    assert school.manager().post(REGISTER, json=body).status_code == 200


def test_only_who_manages_webhooks_may(school: School) -> None:
    hook = register(school.manager(), HOOK["hookUrl"], "user")
    for role in (Role.INSTRUCTOR, Role.LEARNER):
        caller = school.api(school.person(role.value, role))
        assert caller.post(REGISTER, json=HOOK).status_code == 403
        assert caller.delete(f"{REGISTER}/{hook}").status_code == 403
    assert len(school.organisation.native().get("/v1/webhooks").json()["webhooks"]) == 1


def test_what_is_no_webhook_of_ones_own_is_not_found(school: School, other_school: School) -> None:
    hook = register(school.manager(), HOOK["hookUrl"], "user")
    native = school.organisation.native().post(
        "/v1/webhooks", json={"url": "https://hooks.example.org/n", "topics": ["*"]}
    )
    uuid = native.json()["webhook"]["id"]
    for caller, key in (
        (other_school.manager(), hook),
        (school.manager(), hook + 1000),
        (school.manager(), uuid),
        (school.manager(), "-1"),
        (school.manager(), "9" * 40),
        (school.manager(), "%00"),
        (school.manager(), "\u0661"),
    ):
        assert caller.delete(f"{REGISTER}/{key}").status_code == 404
    shown = school.organisation.native().get("/v1/webhooks").json()["webhooks"]
    assert {each["id"] for each in shown} >= {uuid}
    assert len(shown) == 2


def test_the_native_doors_webhook_is_not_removed_here(school: School) -> None:
    made = school.organisation.native().post(
        "/v1/webhooks", json={"url": "https://hooks.example.org/n", "topics": ["*"]}
    )
    first = register(school.manager(), HOOK["hookUrl"], "user")
    assert school.manager().delete(f"{REGISTER}/{first - 1}").status_code == 404
    assert school.organisation.native().get(f"/v1/webhooks/{made.json()['webhook']['id']}").status_code == 200


def test_a_hook_to_an_address_inside_is_refused_at_once(school: School) -> None:
    answer = school.manager().post(REGISTER, json={"hookUrl": "http://10.0.0.1/", "method": "user"})
    assert answer.status_code == 422
    assert "is not at a public address" in answer.json()["errors"]["hookUrl"][0]
