"""Queries of the API of devices (OpenTera, "device")."""

import msgspec


class AssetsQuery(msgspec.Struct, kw_only=True):
    """What GET /device/assets takes."""

    asset_uuid: str | None = None
    """Asset UUID to query"""
    id_asset: int | None = None
    """Asset ID to query"""
    id_session: int | None = None
    """Session ID to query assets for"""
    with_urls: bool | None = None
    """Also include assets infos and download-upload url"""
    with_only_token: bool | None = None
    """Only includes the access token. Will ignore with_urls if specified."""


class RegisterQuery(msgspec.Struct, kw_only=True):
    """What GET /device/register takes."""

    key: str
    """Server device registration key"""
    name: str | None = None
    """Device name to use"""
    type_key: str | None = None
    """Device type key to use"""
    subtype_name: str | None = None
    """Device subtype name to use"""
    onlineable: bool | None = None
    """Device can get online status"""


class SessionsQuery(msgspec.Struct, kw_only=True):
    """What GET /device/sessions takes."""

    id_session: int | None = None
    """Session ID"""
    list: bool | None = None
    """List all sessions"""


class SessionsEventsQuery(msgspec.Struct, kw_only=True):
    """What GET /device/sessions/events takes."""

    id_session: int | None = None
    """Session ID"""
