"""Queries of the API of participants (OpenTera, "participant")."""

import msgspec


class AssetsQuery(msgspec.Struct, kw_only=True):
    """What GET /participant/assets takes."""

    asset_uuid: str | None = None
    """Asset UUID to query"""
    id_asset: int | None = None
    """Asset ID to query"""
    with_urls: bool | None = None
    """Also include assets infos and download-upload url"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""
    id_session: int | None = None
    """ID of session from which to request all assets"""


class DevicesQuery(msgspec.Struct, kw_only=True):
    """What GET /participant/devices takes."""

    id_device: int | None = None
    """ID of the device to query"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class LoginQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /participant/login takes."""

    with_websocket: bool | None = None
    """If set, requires that a websocket url is returned.If not possible to do so, return a 403 error."""


class LogoutQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /participant/logout takes."""


class ParticipantsQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /participant/participants takes."""

    list: bool | None = None
    """Flag that limits the returned data to minimal information"""


class RefreshTokenQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET /participant/refresh_token takes."""


class SessionsQuery(msgspec.Struct, kw_only=True):
    """What GET /participant/sessions takes."""

    id_session: int | None = None
    """ID of the session to query"""
    session_uuid: str | None = None
    """Session UUID to query"""
    status: int | None = None
    """Limit to specific session status"""
    limit: int | None = None
    """Maximum number of results to return"""
    offset: int | None = None
    """Number of items to ignore in results, offset from 0-index"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    start_date: str | None = None
    """Start date, sessions before that date will be ignored"""
    end_date: str | None = None
    """End date, sessions after that date will be ignored"""
