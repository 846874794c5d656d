"""Counting calls and breaking them on purpose, for tests, over /_stance/.

  GET  /_stance/calls    [{account, region, operation, count}], what was asked so far
  POST /_stance/faults   add rules: [{kind, operation, account?, region?, times?, delay_ms?, code?, status?}]
  POST /_stance/reset    forget rules and counts; the estate stays

kind is deny, throttle, error (with code and status of one's own) or delay. operation, account and region
are patterns ("s3:GetBucket*", default "*"); times limits a rule to the first so many calls it meets.
"""

import collections
import fnmatch
import threading
import time
from dataclasses import dataclass

import accounts
import wire

KINDS = ("deny", "throttle", "error", "delay")


@dataclass
class Rule:
    kind: str
    operation: str = "*"
    account: str = "*"
    region: str = "*"
    times: int | None = None
    delay_ms: int = 0
    code: str = "InternalFailure"
    status: int = 400

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is not one of {', '.join(KINDS)}")

    def takes(self, account, call):
        pairs = ((call.name, self.operation), (account, self.account), (call.region, self.region))
        if self.times == 0 or not all(fnmatch.fnmatchcase(text, str(pattern)) for text, pattern in pairs):
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Faults:
    def __init__(self):
        self._lock = threading.Lock()
        self._reset()

    def _reset(self):
        self._rules, self._calls = [], collections.Counter()

    def control(self, path, request):
        """The answer to a control request, or None when the path is not one of this file's."""
        with self._lock:
            if path == "calls":
                return [{"account": a, "region": r, "operation": o, "count": n}
                        for (a, r, o), n in sorted(self._calls.items())]
            if path == "faults":
                self._rules += [Rule(**rule) for rule in request.json()]
                return {"rules": len(self._rules)}
            if path == "reset":
                self._reset()
                return {"rules": 0}
        return None

    def answer(self, call):
        """Counts the call; the error a rule asks for, or None to let it pass."""
        account = accounts.of_key(call.access_key)
        with self._lock:
            self._calls[account, call.region, call.name] += 1
            rules = [rule for rule in self._rules if rule.takes(account, call)]
        time.sleep(sum(rule.delay_ms for rule in rules) / 1000)
        for rule in rules:
            if rule.kind == "deny":
                return wire.denied(call, f"account {account} is not authorized to perform: {call.name}")
            if rule.kind == "throttle":
                return wire.throttled(call)
            if rule.kind == "error":
                return wire.error(call, rule.status, rule.code, f"{call.name}: {rule.code}")
        return None
