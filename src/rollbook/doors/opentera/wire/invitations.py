"""Queries about invitations to tests."""

import msgspec


class InvitationsQuery(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What GET tests/invitations takes."""

    id_test_invitation: int | None = None
    """ID of the test invitation to query"""
    test_invitation_key: str | None = None
    """Key of the test invitation to query"""
    id_session: int | None = None
    """ID of the session from which to get all invitations"""
    id_test_type: int | None = None
    """ID of the test type from which to get all invitations"""
    id_user: int | None = None
    """ID of the user from which to get all invitations"""
    id_participant: int | None = None
    """ID of the participant from which to get all invitations"""
    id_device: int | None = None
    """ID of the device from which to get all invitations"""
    id_project: int | None = None
    """ID of the project from which to get all invitations"""
    full: bool | None = None
    """Also return what the invitation is about"""
    with_urls: bool | None = None
    """Also return the address at which to answer"""


class InvitationsDelete(msgspec.Struct, kw_only=True):
    """What DELETE tests/invitations takes."""

    id: int
    """ID of the test invitation to delete"""
