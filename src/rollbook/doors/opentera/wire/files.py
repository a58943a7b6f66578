"""Queries of the service for files, which keeps the bytes of assets."""

import msgspec


class AssetQuery(msgspec.Struct, kw_only=True):
    """What GET /file/api/assets and /file/api/assets/infos take."""

    asset_uuid: str
    """UUID of the asset"""
    access_token: str | None = None
    """Access token that opens the asset; without it the caller's own credential must"""


class AssetUpload(msgspec.Struct, kw_only=True):
    """What POST /file/api/assets takes where the body is the file itself."""

    file_asset: str | None = None
    """The asset as JSON: id_session and asset_name, or the asset_uuid of one whose file is to be replaced"""
    filename: str | None = None
    """The name of the file"""


class AssetDelete(msgspec.Struct, kw_only=True):
    """What DELETE /file/api/assets takes."""

    uuid: str
    """UUID of the asset to delete"""


class ArchiveQuery(msgspec.Struct, kw_only=True):
    """What GET /file/api/archives and /file/api/archives/infos take."""

    archive_uuid: str
    """UUID of the archive"""
    access_token: str | None = None
    """Access token that opens the archive; without it the caller's own credential must"""
