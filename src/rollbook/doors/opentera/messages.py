"""What sockets and streams carry: events in OpenTera's envelope, protobuf's JSON mapping with every value printed."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from rollbook.core.kernel.clock import SECOND
from rollbook.core.sessions.telling import LiveEvent, What
from rollbook.core.sessions.viewers import Kind
from rollbook.doors.opentera.bodies import Document

_TYPE = "type.googleapis.com/opentera.protobuf."
PRESENCE = "module.TeraServer.UserManagerModule.events"
"""The topic of everyone's coming and going."""
FILES = "service.FileTransferService.events"
ARCHIVES = "/file/api/archives"
"""Where archives are had."""
_VERBS = {
    What.CONNECTED.value: "CONNECTED",
    What.DISCONNECTED.value: "DISCONNECTED",
    What.JOINED.value: "JOINED_SESSION",
    What.LEFT.value: "LEFT_SESSION",
    What.STATUS.value: "STATUS_CHANGED",
}
_REPLIES = {1: "REPLY_ACCEPTED", 2: "REPLY_DENIED", 3: "REPLY_BUSY", 4: "REPLY_TIMEOUT"}
CACHED = 1024


def written(event: LiveEvent, kind: Kind, uuid: str, base_url: str) -> str:
    """An event as a receiver gets it; that of someone's presence is the same for all."""
    if event.kind is not None:
        return _presence(event)
    body = msgspec.json.decode(event.body)
    if event.what == What.ARCHIVED.value:
        return _enveloped(event, FILES, _archive(body, base_url))
    return _enveloped(event, f"websocket.{kind.value}.{uuid}.events", _SESSIONS[event.what](body, kind, base_url))


def _enveloped(event: LiveEvent, topic: str, told: Document) -> str:
    header = {"version": 1, "time": event.at / SECOND, "topic": topic}
    message = {"@type": f"{_TYPE}TeraEvent", "header": header, "events": [told]}
    return json.dumps({"message": message})


@lru_cache(CACHED)
def _presence(event: LiveEvent) -> str:
    body, verb = msgspec.json.decode(event.body), _VERBS[event.what]
    return _enveloped(event, PRESENCE, _OF_KIND[str(event.kind)](body, verb))


def _of_user(body: Mapping[str, Any], verb: str) -> Document:
    return {
        "@type": f"{_TYPE}UserEvent",
        "userUuid": body["uuid"],
        "type": f"USER_{verb}",
        "userFullname": body["name"],
    }


def _of_participant(body: Mapping[str, Any], verb: str) -> Document:
    return {
        "@type": f"{_TYPE}ParticipantEvent",
        "participantUuid": body["uuid"],
        "type": f"PARTICIPANT_{verb}",
        "participantName": body["name"],
        "participantProjectName": body["project"],
        "participantSiteName": body["site"],
    }


def _of_device(body: Mapping[str, Any], verb: str) -> Document:
    return {
        "@type": f"{_TYPE}DeviceEvent",
        "deviceUuid": body["uuid"],
        "type": f"DEVICE_{verb}",
        "deviceName": body["name"],
        "deviceStatus": body["status"],
    }


_OF_KIND: Mapping[str, Callable[[Mapping[str, Any], str], Document]] = {
    Kind.USER.value: _of_user,
    Kind.PARTICIPANT.value: _of_participant,
    Kind.DEVICE.value: _of_device,
}


def _join(body: Mapping[str, Any], kind: Kind, base_url: str) -> Document:
    path = body["addresses"].get(kind.value)
    return {
        "@type": f"{_TYPE}JoinSessionEvent",
        "sessionUrl": base_url.rstrip("/") + path if path else "",
        "sessionCreatorName": body["creator"],
        "sessionUuid": body["session"],
        "sessionParticipants": body["participants"],
        "sessionUsers": body["users"],
        "sessionDevices": body["devices"],
        "joinMsg": "",
        "sessionParameters": body["parameters"],
        "serviceUuid": body["service"],
    }


def _stop(body: Mapping[str, Any], kind: Kind, base_url: str) -> Document:
    return {"@type": f"{_TYPE}StopSessionEvent", "sessionUuid": body["session"], "serviceUuid": body["service"]}


def _leave(body: Mapping[str, Any], kind: Kind, base_url: str) -> Document:
    return {
        "@type": f"{_TYPE}LeaveSessionEvent",
        "sessionUuid": body["session"],
        "serviceUuid": body["service"],
        "leavingParticipants": body["participants"],
        "leavingUsers": body["users"],
        "leavingDevices": body["devices"],
    }


def _reply(body: Mapping[str, Any], kind: Kind, base_url: str) -> Document:
    sender = {f"{of.value}Uuid": "" for of in (Kind.USER, Kind.PARTICIPANT, Kind.DEVICE)}
    return {
        "@type": f"{_TYPE}JoinSessionReplyEvent",
        "sessionUuid": body["session"],
        **sender,
        f"{body['of']}Uuid": body["uuid"],
        "joinReply": _REPLIES[body["code"]],
        "replyMsg": body["text"],
    }


def _archive(body: Mapping[str, Any], base_url: str) -> Document:
    return {
        "@type": f"{_TYPE}ArchiveEvent",
        "archiveUuid": body["archive"],
        "ownerUuid": body["owner"],
        "status": "STATUS_COMPLETED",
        "archiveUrl": base_url.rstrip("/") + ARCHIVES,
    }


_SESSIONS: Mapping[str, Callable[[Mapping[str, Any], Kind, str], Document]] = {
    What.INVITED.value: _join,
    What.STOPPED.value: _stop,
    What.REMOVED.value: _leave,
    What.REPLIED.value: _reply,
}
