"""Passwords: hashing, the memory of verified pairs, and no telling who exists."""

import threading

import argon2
import pytest

from rollbook.adapters.passwords import Argon2Passwords, VerifiedPairs
from rollbook.core.kernel.ports import PasswordHasher


class Counting:
    """Counts the hashes that are really worked out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.checked: list[str] = []
        verify = argon2.PasswordHasher.verify

        def counted(hasher: argon2.PasswordHasher, stored: str, password: bytes) -> bool:
            self.checked.append(stored)
            return verify(hasher, stored, password)

        monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)


def test_a_password_is_known_again_and_another_is_not() -> None:
    hasher: PasswordHasher = Argon2Passwords()
    stored = hasher.hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify("correct horse", stored)
    assert not hasher.verify("correct hors", stored)
    assert not hasher.verify("", stored)
    assert hasher.hash("correct horse") != stored


def test_a_verified_pair_costs_no_second_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords()
    stored = passwords.hash("pw")
    counting = Counting(monkeypatch)
    assert not passwords.was_verified("pw", stored)
    for _ in range(3):
        assert passwords.verify("pw", stored)
    assert counting.checked == [stored]
    assert passwords.was_verified("pw", stored)


def test_a_wrong_password_is_never_remembered_and_forgets_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords()
    stored = passwords.hash("pw")
    passwords.verify("pw", stored)
    counting = Counting(monkeypatch)
    for _ in range(2):
        assert not passwords.verify("wrong", stored)
    assert len(counting.checked) == 2
    assert passwords.was_verified("pw", stored)
    assert not passwords.was_verified("wrong", stored)


def test_a_changed_hash_is_not_recognised() -> None:
    passwords = Argon2Passwords()
    old = passwords.hash("pw")
    passwords.verify("pw", old)
    new = passwords.hash("new")
    assert not passwords.was_verified("pw", new)
    assert not passwords.verify("pw", new)


def test_another_process_remembers_nothing_of_ours() -> None:
    first, second = Argon2Passwords(), Argon2Passwords()
    stored = first.hash("pw")
    first.verify("pw", stored)
    assert not second.was_verified("pw", stored)


@pytest.mark.parametrize("stored", [None, "", "x", "$argon2id$v=19$m=19456", "$2b$12$abcdefghijklmnopqrstuv"])
def test_nobody_and_a_broken_row_cost_a_real_hash_of_todays_settings(
    stored: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = Argon2Passwords()
    counting = Counting(monkeypatch)
    assert not passwords.verify("pw", stored)
    parameters = argon2.extract_parameters(counting.checked[-1])
    assert parameters == argon2.extract_parameters(passwords.hash("pw"))
    assert len(passwords._verified) == 0


def test_a_password_that_cannot_be_one_costs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = Argon2Passwords()
    stored = passwords.hash("")
    counting = Counting(monkeypatch)
    for password in ("\ud800", "x" * 4097):
        assert not passwords.verify(password, stored)
        assert not passwords.was_verified(password, stored)
    assert len(counting.checked) == 2
    assert stored not in counting.checked


@pytest.mark.parametrize("password", ["\ud800", "x" * 4097, "é" * 2049])
def test_a_password_that_cannot_be_one_is_not_hashed(password: str) -> None:
    with pytest.raises(ValueError, match="4096 bytes"):
        Argon2Passwords().hash(password)


@pytest.mark.parametrize("password", ["", "x" * 4096, "é" * 2048, "a\0b", "密码🔑"])
def test_any_other_text_is_a_password(password: str) -> None:
    passwords = Argon2Passwords()
    stored = passwords.hash(password)
    assert passwords.verify(password, stored)
    assert not passwords.verify(password + "x", stored)


def test_a_hash_of_other_settings_is_verified_and_due_for_another() -> None:
    passwords = Argon2Passwords()
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash("pw")
    assert passwords.verify("pw", old)
    assert passwords.needs_rehash(old)
    assert passwords.needs_rehash("not a hash")
    assert not passwords.needs_rehash(passwords.hash("pw"))


def test_the_least_recently_used_pair_is_forgotten_first() -> None:
    pairs = VerifiedPairs(2)
    pairs.remember(b"a", "A")
    pairs.remember(b"b", "B")
    assert pairs.holds(b"a", "A")
    pairs.remember(b"c", "C")
    assert len(pairs) == 2
    assert (pairs.holds(b"a", "A"), pairs.holds(b"b", "B"), pairs.holds(b"c", "C")) == (True, False, True)


def test_the_line_between_hash_and_password_cannot_be_moved() -> None:
    pairs = VerifiedPairs(4)
    assert pairs._proof(b"bc", "a") != pairs._proof(b"c", "ab")


def test_pairs_are_remembered_from_many_threads() -> None:
    pairs = VerifiedPairs(50)

    def work(thread: int) -> None:
        for number in range(500):
            pairs.remember(b"x", f"{thread}-{number}")
            pairs.holds(b"x", f"{thread}-{number - 1}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pairs) == 50
