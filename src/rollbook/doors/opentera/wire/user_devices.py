"""Queries of the user API about devices and their types (OpenTera, "user")."""

import msgspec


class DevicesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devices takes."""

    id: int | None = None
    """ID of the device to query"""
    id_device: int | None = None
    """ID of the device to query"""
    device_uuid: str | None = None
    """Device uuid of the device to query"""
    uuid: str | None = None
    """Alias for "device_uuid\""""
    id_site: int | None = None
    """ID of the site from which to get all associated devices"""
    id_project: int | None = None
    """ID of the project from which to get all associated devices"""
    id_device_type: int | None = None
    """ID of device type from which to get all devices. Can be combined with id_site or id_project."""
    id_device_subtype: int | None = None
    """Device subtype id to get all devices of that subtype."""
    name: str | None = None
    """Name of the device to query"""
    projects: bool | None = None
    """Flag that indicates if associated project(s) information should be included in the returned device list"""
    enabled: bool | None = None
    """Flag that limits the returned data to the enabled devices."""
    list: bool | None = None
    """Flag that limits the returned data to minimal information"""
    with_participants: bool | None = None
    """Flag that indicates if associated participant(s) information should be included in the returned device list"""
    with_sites: bool | None = None
    """Flag that indicates if associated site(s) information should be included in the returned device list"""
    with_status: bool | None = None
    """Include status information - offline, online, busy for each device"""


class DevicesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devices takes."""

    id: int
    """Device ID to delete"""


class DevicesParticipantsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devices/participants takes."""

    id_device: int | None = None
    """ID of the device from which to request all associated participants"""
    id_participant: int | None = None
    """ID of the participant from which to request all associated devices"""
    id_site: int | None = None
    """ID of the site from which to get all devices and associated participants"""
    id_device_type: int | None = None
    """ID of device type from which to get all devices and associated participants"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""


class DevicesParticipantsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devices/participants takes."""

    id: int
    """Specific device-participant association ID to delete. Be careful: this is not the device or the participant
    ID, but the ID of the association itself!"""


class DevicesProjectsQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devices/projects takes."""

    id_device: int | None = None
    """ID of the device from which to request all associated projects"""
    id_project: int | None = None
    """ID of the project from which to get all associated devices"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_projects: bool | None = None
    """Used with id_device. Also return projects that don't have any association with that device"""
    with_devices: bool | None = None
    """Used with id_project. Also return devices that don't have any association with that project"""
    with_sites: bool | None = None
    """Used with id_device. Also return site information of the returned projects."""


class DevicesProjectsDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devices/projects takes."""

    id: int
    """Specific device-project association ID to delete. Be careful: this is not the device or the project ID, but
    the ID of the association itself!"""


class DevicesSitesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devices/sites takes."""

    id_device: int | None = None
    """ID of the device from which to request all associated sites"""
    id_site: int | None = None
    """ID of the site from which to get all associated devices"""
    list: bool | None = None
    """Flag that limits the returned data to minimal information (ids only)"""
    with_devices: bool | None = None
    """Used with id_project. Also return devices that don't have any association with that project"""
    with_sites: bool | None = None
    """Used with id_service. Also return site information of the returned projects."""


class DevicesSitesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devices/sites takes."""

    id: int
    """Specific device-site association ID to delete. Be careful: this is not the device or the site ID, but the ID
    of the association itself!"""


class DevicesubtypesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devicesubtypes takes."""

    id_device_subtype: int | None = None
    """ID of the device subtype to query"""
    id_device_type: int | None = None
    """ID of the device type from which to get all subtypes"""
    list: bool | None = None
    """Return minimal information"""


class DevicesubtypesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devicesubtypes takes."""

    id: int
    """Device subtype ID to delete"""


class DevicetypesQuery(msgspec.Struct, kw_only=True):
    """What GET /user/devicetypes takes."""

    id_device_type: int | None = None
    """ID of the device type"""
    device_type_key: str | None = None
    """Key of the device type"""
    list: bool | None = None
    """List of all device types"""


class DevicetypesDelete(msgspec.Struct, kw_only=True):
    """What DELETE /user/devicetypes takes."""

    id: int | None = None
    """Device type ID to delete"""
    device_type_key: str | None = None
    """Unique device key to delete"""
