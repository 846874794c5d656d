"""CloudTrail's event history, which moto has not: what each account changed in each region, newest first.

Only changes are in it, those that worked; a call of which no record can be made is left out.
"""

import json
from collections import defaultdict, deque
from datetime import datetime

import accounts
import wire

LONGEST = 50_000  # events of an account and region; the oldest go first
_history = defaultdict(lambda: deque(maxlen=LONGEST))  # (account, region) -> records, oldest first
# What an event is looked up by: the attribute's name -> does it fit a record?
ATTRIBUTES = {
    "EventId": lambda r, v: r["eventID"] == v,
    "EventName": lambda r, v: r["eventName"] == v,
    "EventSource": lambda r, v: r["eventSource"] == v,
    "ReadOnly": lambda r, v: v.lower() == "false",
    "Username": lambda r, v: _user(r) == v,
    "ResourceName": lambda r, v: any(v == one["ARN"] for one in r.get("resources", [])),
    "ResourceType": lambda r, v: any(v == one["type"] for one in r.get("resources", [])),
}


def remember(call, response):
    """Notes a change that worked."""
    import tee  # which needs strict, as strict needs this

    if tee.changes(call):
        try:
            record = tee.record(call, response)["detail"]
        except Exception:  # the call worked all the same
            return response
        _history[record["recipientAccountId"], record["awsRegion"]].append(record)
    return response


def answer(call):
    if call.name != "cloudtrail:LookupEvents":
        return None
    asked = call.json()
    attributes, size = asked.get("LookupAttributes", []), asked.get("MaxResults", 50)
    if len(attributes) > 1 or any(a["AttributeKey"] not in ATTRIBUTES for a in attributes):
        return wire.error(call, 400, "InvalidLookupAttributesException", "One known attribute at most can be looked up.")
    if not 1 <= size <= 50:
        return wire.error(call, 400, "InvalidMaxResultsException", "MaxResults must be from 1 to 50.")
    start, end = asked.get("StartTime", 0), asked.get("EndTime", float("inf"))
    if start > end:
        return wire.error(call, 400, "InvalidTimeRangeException", "The start is after the end.")
    found = [r for r in reversed(_history.get((accounts.of_key(call.access_key), call.region), ()))
             if start <= _time(r) <= end and all(ATTRIBUTES[a["AttributeKey"]](r, a["AttributeValue"]) for a in attributes)]
    return _page(call, asked.get("NextToken"), found, size)


def _page(call, token, found, size):
    """A page of what was found; a token names the last event told, since newer ones come before it."""
    first = 0
    if token:
        ids = [r["eventID"] for r in found]
        if token not in ids:
            return wire.error(call, 400, "InvalidNextTokenException", "The token is of another question.")
        first = ids.index(token) + 1
    page = found[first:first + size]
    more = {"NextToken": page[-1]["eventID"]} if len(found) > first + size else {}
    return wire.json_response(200, {"Events": [_event(r) for r in page], **more})


def _event(record):
    return {
        "EventId": record["eventID"], "EventName": record["eventName"], "EventSource": record["eventSource"], "EventTime": _time(record),
        "ReadOnly": "false", "Username": _user(record), "CloudTrailEvent": json.dumps(record),
        "Resources": [{"ResourceType": one["type"], "ResourceName": one["ARN"]} for one in record.get("resources", [])],
    }


def _time(record):
    return datetime.fromisoformat(record["eventTime"]).timestamp()


def _user(record):
    """Of a role the name of its session."""
    identity = record["userIdentity"]
    return "root" if identity["type"] == "Root" else identity["arn"].rsplit("/", 1)[-1]
