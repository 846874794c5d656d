"""Reading an estate file: templates merged, counts unrolled, names filled in, mistakes told in one line.

The format is described in demo/README.md. Text may hold $(...) references; those to a resource's own
place and number are filled in here and when it is built, those to other resources only when it is built.
"""

import copy
import re
from dataclasses import dataclass, field

import yaml

ACCOUNT_KEYS = {"email", "expect", "regions", "root", "tags", "unit"}
SPEC_KEYS = {"name", "count", "use", "tags", "with", "then", "expect", "history", "why"}
PATH_KEYS = {"name", "account", "through", "to", "expect"}
STATUSES = {"pass", "fail", "unknown", "not_applicable"}
REFERENCE = re.compile(r"\$\(([^()]*)\)")


class EstateError(Exception):
    """A mistake in an estate file, or a call that failed; one line."""


@dataclass(eq=False)
class Spec:
    """One resource to build."""

    kind: str
    name: str
    account: str
    region: str
    number: int = 1
    tags: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    then: list = field(default_factory=list)
    expect: dict = field(default_factory=dict)
    history: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.account}/{self.region}/{self.kind} {self.name!r}"


@dataclass
class Estate:
    organization: dict
    accounts: dict  # name -> its block, as written
    specs: list
    paths: list  # ways of attackers that a scan must find, or must not


def load(path):
    try:
        with open(path, encoding="utf-8") as file:
            data = yaml.safe_load(file)
    except OSError as problem:
        raise EstateError(f"cannot read {path}: {problem.strerror}") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise EstateError(f"{path}{where}: {getattr(problem, 'problem', 'not YAML')}") from None
    if not isinstance(data, dict) or not isinstance(data.get("accounts"), dict):
        raise EstateError(f"{path}: no accounts")
    specs = [spec for account, block in data["accounts"].items()
             for spec in _specs_of_account(account, block, data.get("templates", {}))]
    return Estate(data.get("organization", {}), data["accounts"], specs, [_path(p, data["accounts"]) for p in data.get("paths", [])])


def _path(path, accounts):
    _known_keys(path, PATH_KEYS, "paths")
    if missing := PATH_KEYS - path.keys():
        raise EstateError(f"path {path.get('name')!r}: no {min(missing)}")
    if path["account"] not in accounts or path["expect"] not in ("found", "cut"):
        raise EstateError(f"path {path['name']!r}: it is in an account of the file, and found or cut")
    return path


def _specs_of_account(account, block, templates):
    _known_keys(block, ACCOUNT_KEYS, f"account {account!r}")
    for region, kinds in (block.get("regions") or {}).items():
        for kind, entries in (kinds or {}).items():
            if kind == "expect":
                continue
            if not isinstance(entries, list):
                raise EstateError(f"{account}/{region}/{kind}: not a list of resources")
            for entry in entries:
                merged = _with_templates(entry, templates, f"{account}/{region}/{kind}")
                yield from _unrolled(merged, kind, account, region, block.get("tags", {}))


def _with_templates(entry, templates, where):
    _known_keys(entry, SPEC_KEYS, where)
    merged = {}
    uses = entry.get("use", [])
    for name in [uses] if isinstance(uses, str) else uses:
        if name not in templates:
            raise EstateError(f"{where}: no template {name!r}")
        merged = merge(merged, _with_templates(templates[name], templates, f"template {name!r}"))
    return merge(merged, {k: v for k, v in entry.items() if k != "use"})


def _known_keys(block, known, where):
    if not isinstance(block, dict):
        raise EstateError(f"{where}: {block!r} is not a mapping")
    if unknown := block.keys() - known:
        raise EstateError(f"{where}: unknown key {min(unknown)!r}; there are {', '.join(sorted(known))}")


def merge(low, high):
    """Mappings merge key by key, follow-up calls (the list under "then") add up, anything else of high wins."""
    result = dict(low)
    for key, value in high.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merge(result[key], value)
        elif key == "then":
            result[key] = result.get(key, []) + value
        else:
            result[key] = value
    return result


def _unrolled(entry, kind, account, region, tags):
    for number in range(1, entry.get("count", 1) + 1):
        name = str(entry.get("name", kind)).replace("$(n)", f"{number:02d}")
        spec = Spec(kind, name, account, region, number, {**tags, **entry.get("tags", {})},
                    copy.deepcopy(entry.get("with", {})), copy.deepcopy(entry.get("then", [])),
                    entry.get("expect", {}), entry.get("history", {}))
        wrong = set(spec.expect.values()) - STATUSES
        if wrong:
            raise EstateError(f"{spec}: expects {min(map(str, wrong))!r}; it can be {', '.join(sorted(STATUSES))}")
        yield spec


def fill(value, lookup):
    """Value with each $(reference) in its texts replaced by lookup(reference)."""
    if isinstance(value, dict):
        return {fill(k, lookup): fill(v, lookup) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, lookup) for v in value]
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: str(lookup(found[1])), value)
    return value


def expectations(estate):
    """Pairs of what the file expects, and the spec that says so (None when it is said of an account)."""
    found = []
    for account, block in estate.accounts.items():
        found += [(_row(check, status, account, "", "", account), None)
                  for check, status in block.get("expect", {}).items()]
        for region, kinds in (block.get("regions") or {}).items():
            found += [(_row(check, status, account, region, "", region), None)
                      for check, status in (kinds or {}).get("expect", {}).items()]
    for spec in estate.specs:
        found += [(_row(check, status, spec.account, spec.region, spec.kind, spec.name), spec)
                  for check, status in spec.expect.items()]
    return found


def _row(check, status, account, region, kind, name):
    region = "" if region == "global" else region
    return {"check": check, "status": status, "account_name": account, "region": region, "type": kind, "name": name, "element": ""}
