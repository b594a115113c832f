"""Signed links that stop a search or everything, without a login. Pure. They do not expire: old mail must work."""

from itsdangerous import BadData, URLSafeSerializer

_PURPOSE = "unsubscribe"  # part of the key: a token made for something else opens nothing here


class BadTokenError(ValueError):
    """The link is not one of ours, or was cut or changed. Raised by `verify`."""


def sign(key: bytes, subscriber_id: int, search_public_id: str | None = None) -> str:
    """A token that stops one search, or everything where none is named."""
    return str(_serializer(key).dumps([subscriber_id, search_public_id]))


def verify(key: bytes, token: str) -> tuple[int, str | None]:
    """(subscriber id, public id of the search or None for everything). Raises BadTokenError."""
    try:
        given = _serializer(key).loads(token)
    except BadData:
        raise BadTokenError("this link is incomplete or was changed; copy it whole from the message") from None
    match given:
        case [int(subscriber), None | str() as search]:
            return subscriber, search
    raise BadTokenError("this link is not an unsubscribe link")


def _serializer(key: bytes) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=_PURPOSE)
