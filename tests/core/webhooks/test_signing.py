"""Keys at rest and signatures on the wire."""

import secrets

import pytest
from standardwebhooks.webhooks import Webhook

from rollbook.adapters.sealing import AesGcmSealer
from rollbook.core.kernel.clock import now
from rollbook.core.kernel.ports import SealBroken
from rollbook.core.webhooks import signing


def test_keys_open_for_their_own_subscription_alone() -> None:
    sealer, keys = AesGcmSealer(secrets.token_bytes(32)), signing.new_keys()
    sealed = signing.seal(sealer, "one", keys)
    assert signing.unseal(sealer, "one", sealed) == keys
    with pytest.raises(SealBroken):
        signing.unseal(sealer, "other", sealed)


def test_the_longest_seal_fits_its_column() -> None:
    rotated = signing.new_keys().rotated(2**62)
    assert len(signing.seal(AesGcmSealer(secrets.token_bytes(32)), "u" * 36, rotated)) <= 255


def test_a_key_before_the_last_signs_until_the_overlap_ends() -> None:
    first = signing.new_keys()
    second = first.rotated(100)
    assert second.live(99) == (second.current, first.current)
    assert second.live(100) == (second.current,)
    assert first.live(0) == (first.current,)


def test_any_key_of_an_overlap_verifies_by_the_specifications_library() -> None:
    keys = signing.new_keys().rotated(2**62)
    payload = '{"name":"Žan"}'.encode()
    headers = signing.signature_headers("msg-1", now(), payload, keys.live(0))
    for key in keys.live(0):
        assert Webhook(signing.shown(key)).verify(payload, headers) == {"name": "Žan"}
