"""The stand-in's own buttons below /sandbox, open to anybody on the machine.

Each portal has them on its own address. Bodies are JSON objects; a name or value that is none is answered 400 with
`{"error": …}`, and nothing is changed.
"""

from dataclasses import asdict
from typing import Any, Protocol

import msgspec

from core.sandbox.answers import Answer, Refusal
from core.sandbox.learnupon.answers import json_answer
from core.sandbox.learnupon.call import Call
from core.sandbox.learnupon.faults import Faults, Kind, KindName
from core.sandbox.learnupon.limits import Limits
from core.sandbox.learnupon.portal import Portal
from core.sandbox.learnupon.presenting import user
from core.sandbox.learnupon.records import Field, FieldType
from core.sandbox.learnupon.settings import LearnUponSettings
from core.sandbox.learnupon.user_writing import change_user
from core.sandbox.learnupon.users import member_of

PATH = "/sandbox"


class Controlled(Protocol):
    """What of the server can be moved by hand."""

    settings: LearnUponSettings
    faults: Faults

    def limits_of(self, portal: Portal) -> Limits:
        """The request budgets of a portal."""
        ...

    def description(self, portal: Portal) -> dict[str, object]:
        """What a portal says of itself."""
        ...

    def log(self) -> dict[str, object]:
        """The requests so far and their counts."""
        ...


class _NewFault(msgspec.Struct, forbid_unknown_fields=True):
    kind: KindName
    call: str = "*"
    times: int | None = 1
    code: int = 500
    seconds: float = 1.0


class _NewField(msgspec.Struct, forbid_unknown_fields=True):
    label: str
    type_id: FieldType = FieldType.STRING
    choices: list[str] = []


class _FieldChange(msgspec.Struct, forbid_unknown_fields=True):
    label: str | None = None
    type_id: FieldType | None = None
    add_choice: str | None = None
    remove_choice: str | None = None


class _Week(msgspec.Struct, forbid_unknown_fields=True):
    left: int = 0


def control(server: Controlled, call: Call, button: str) -> Answer:
    """The answer to a control request.

    button: like `DELETE users/#`, with the part of the path after /sandbox; `call` has the number and the body.
    """
    try:
        return json_answer(_done(server, call, button))
    except Refusal as refusal:
        return json_answer({"error": refusal.message}, status=refusal.status)
    except (ValueError, msgspec.DecodeError) as problem:
        return json_answer({"error": str(problem)}, status=400)


def _done(server: Controlled, call: Call, button: str) -> object:
    match button:
        case "GET ":
            return server.description(call.portal)
        case "GET requests":
            return server.log()
        case "POST users/#":
            membership = member_of(call)
            change_user(call, membership, msgspec.json.decode(call.body, type=dict[str, Any]))
            return user(call, membership)
        case "DELETE users/#":
            call.realm.leave(call.portal, member_of(call).account)
        case "POST fields":
            wanted = msgspec.json.decode(call.body, type=_NewField)
            return _shown(call.realm.add_field(call.portal, wanted.label, wanted.type_id, *wanted.choices))
        case "POST fields/#":
            return _shown(_changed(call, msgspec.json.decode(call.body, type=_FieldChange)))
        case "DELETE fields/#":
            call.portal.drop_field(_field_of(call))
        case "POST keys":
            call.realm.rotate_keys(call.portal)
            return {"username": call.portal.username, "password": call.portal.password}
        case "POST week":
            left = msgspec.json.decode(call.body or b"{}", type=_Week).left
            server.limits_of(call.portal).leave_in_week(left, server.settings, call.now)
        case "POST faults":
            wanted_fault = msgspec.json.decode(call.body, type=_NewFault)
            kind = Kind(wanted_fault.kind, wanted_fault.code, wanted_fault.seconds)
            server.faults.add(kind, wanted_fault.call, portal=call.portal.name, times=wanted_fault.times)
            return {"waiting": len(server.faults)}
        case "DELETE faults":
            server.faults.clear()
        case "POST settings":
            return _set(server.settings, msgspec.json.decode(call.body, type=dict[str, Any]))
        case _:
            raise Refusal(404, "There is no such button.")
    return {}


def _field_of(call: Call) -> Field:
    field = call.portal.fields.get(call.id)
    if field is None:
        raise Refusal(404, "There is no such field.")
    return field


def _changed(call: Call, change: _FieldChange) -> Field:
    """A field with another label or type, a choice more or less; what people hold of it stays."""
    field = _field_of(call)
    if change.remove_choice is not None and change.remove_choice not in field.choices:
        raise ValueError(f"{field.label} has no choice '{change.remove_choice}'.")
    if change.label is not None:
        call.portal.keep_field(field, label=change.label)
    if change.type_id is not None:
        field.type = change.type_id
    if change.remove_choice is not None:
        field.choices.remove(change.remove_choice)
    if change.add_choice is not None and change.add_choice not in field.choices:
        field.choices.append(change.add_choice)
    return field


def _shown(field: Field) -> dict[str, object]:
    return {"id": field.id, "type_id": int(field.type), "label": field.label, "choices": field.choices}


def _set(settings: LearnUponSettings, wanted: dict[str, Any]) -> dict[str, Any]:
    """Throw switches; all the settings as they are then."""
    now = asdict(settings)
    for name in wanted:
        if name not in now:
            raise ValueError(f"There is no setting '{name}'.")
    checked = msgspec.convert(now | wanted, LearnUponSettings)
    for name in wanted:
        setattr(settings, name, getattr(checked, name))
    return asdict(settings)
