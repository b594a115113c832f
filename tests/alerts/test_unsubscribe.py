"""Signed links: ours open, all others do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from alerts.unsubscribe import BadTokenError, sign, verify

KEY = b"k" * 32


@given(st.integers(1, 2**63), st.none() | st.text(max_size=40))
def test_what_is_signed_is_verified(subscriber, search):
    assert verify(KEY, sign(KEY, subscriber, search)) == (subscriber, search)


@given(st.text())
def test_nothing_else_is(token):
    with pytest.raises(BadTokenError):
        verify(KEY, token)


def test_a_changed_token_a_wrong_key_and_another_purpose_are_refused():
    token = sign(KEY, 1, "abc")
    for key, given_token in (
        (KEY, token[:-1]),
        (KEY, "x" + token),
        (b"other", token),
        (KEY, URLSafeSerializer(KEY, salt="login").dumps([1, None])),
        (KEY, URLSafeSerializer(KEY, salt="unsubscribe").dumps({"subscriber": 1})),
    ):
        with pytest.raises(BadTokenError):
            verify(key, given_token)


def test_tokens_can_stand_in_an_address():
    assert set(sign(KEY, 5, "a-b_c")) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
