"""Sealing: what is sealed opens with the same key and for the same purpose only."""

import logging
import secrets
import stat
import threading
from pathlib import Path

import pytest

from rollbook.adapters.sealing import AesGcmSealer, KeyFileInvalid, read_or_make_key
from rollbook.core.kernel.ports import SealBroken, Sealer

KEY = bytes(range(32))


@pytest.mark.parametrize("plain", [b"", b"x", b"whsec_" + b"k" * 100, bytes(1_000_000)])
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    sealer: Sealer = AesGcmSealer(KEY)
    sealed = sealer.seal(plain, b"subscription:1")
    assert sealed[0] == 1
    assert len(sealed) == len(plain) + 33
    assert len(plain) < 6 or plain not in sealed
    assert sealer.unseal(sealed, b"subscription:1") == plain
    assert AesGcmSealer(KEY).unseal(sealed, b"subscription:1") == plain


def test_the_same_secret_never_looks_the_same() -> None:
    sealer = AesGcmSealer(KEY)
    assert len({sealer.seal(b"secret", b"") for _ in range(100)}) == 100


def test_a_seal_opens_for_its_own_purpose_only() -> None:
    sealer = AesGcmSealer(KEY)
    with pytest.raises(SealBroken, match="something else"):
        sealer.unseal(sealer.seal(b"secret", b"subscription:1"), b"subscription:2")


def test_another_key_is_told_from_damage() -> None:
    sealed = AesGcmSealer(KEY).seal(b"secret", b"")
    with pytest.raises(SealBroken, match="another key"):
        AesGcmSealer(secrets.token_bytes(32)).unseal(sealed, b"")


def test_no_byte_can_be_changed() -> None:
    sealer = AesGcmSealer(KEY)
    sealed = sealer.seal(b"secret", b"a")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            sealer.unseal(bytes(changed), b"a")


def test_no_byte_can_be_cut_off_or_added() -> None:
    sealer = AesGcmSealer(KEY)
    sealed = sealer.seal(b"secret", b"a")
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealer.unseal(sealed[:length], b"a")
    with pytest.raises(SealBroken):
        sealer.unseal(sealed + b"\0", b"a")


def test_a_later_version_is_not_guessed_at() -> None:
    sealer = AesGcmSealer(KEY)
    with pytest.raises(SealBroken, match="known version"):
        sealer.unseal(b"\x02" + sealer.seal(b"secret", b"")[1:], b"")


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AesGcmSealer(bytes(length))


def test_a_missing_key_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "sealing.key"
    key = read_or_make_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key(path) == key
    assert [file.name for file in path.parent.iterdir()] == ["sealing.key"]
    sealed = AesGcmSealer.from_file(path).seal(b"secret", b"")
    assert AesGcmSealer.from_file(path).unseal(sealed, b"") == b"secret"


def test_of_many_that_start_at_once_all_get_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "sealing.key"
    start = threading.Barrier(8)
    keys: list[bytes] = []

    def begin() -> None:
        start.wait()
        keys.append(read_or_make_key(path))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["sealing.key"]


@pytest.mark.parametrize("content", [b"", b"00" * 31, b"00" * 33, b"zz" * 32, b"\xff" * 32, b"key"])
def test_a_file_that_holds_no_key_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sealing.key"
    path.write_bytes(content)
    with pytest.raises(KeyFileInvalid, match="64 hexadecimal digits"):
        read_or_make_key(path)
    assert path.read_bytes() == content


def test_a_key_file_open_to_others_is_used_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "sealing.key"
    path.write_text(KEY.hex() + "\n")
    path.chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert read_or_make_key(path) == KEY
    assert "600" in caplog.text
    assert KEY.hex() not in caplog.text
