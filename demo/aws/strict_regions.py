"""Regions: which an account has, EC2's and Account Management's answers about them, and no service in the others."""

import fnmatch
import os

import botocore.session

import accounts
import wire

# Every account has these; the partition's others are opt-in. STANCE_REGIONS names fewer,
# which keeps a scan of everything short.
BY_DEFAULT = frozenset(os.environ.get("STANCE_REGIONS", "").replace(",", " ").split() or """
ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
""".split())
ALL = sorted({"ap-east-1", "me-south-1", "af-south-1", "eu-south-1"} | BY_DEFAULT
             | set(botocore.session.get_session().get_available_regions("ec2")))

_opted_in = {}  # account -> regions it switched on


def status(account, region):
    """In EC2's words."""
    if region in BY_DEFAULT:
        return "opt-in-not-required"
    return "opted-in" if region in _opted_in.get(account, ()) else "not-opted-in"


def refuse_disabled(call):
    account = accounts.of_key(call.access_key)
    usable = call.region in ALL and status(account, call.region) != "not-opted-in"
    return None if usable else wire.bad_token(call)


def answer(call):
    handler = {"ec2:DescribeRegions": _describe, "account:ListRegions": _list,
               "account:GetRegionOptStatus": _get, "account:EnableRegion": _enable,
               "account:DisableRegion": _disable}.get(call.name)
    return handler(call, accounts.of_key(call.access_key)) if handler else None


def _describe(call, account):
    """Without AllRegions or names, only what is enabled; then names and filters narrow."""
    names, filters = _numbered(call.params, "RegionName."), _filters(call.params)
    everything = bool(names) or call.params.get("AllRegions", "").lower() == "true" or "opt-in-status" in filters
    rows = []
    for region in ALL:
        row = {"regionName": region, "regionEndpoint": f"ec2.{region}.amazonaws.com", "optInStatus": status(account, region)}
        wanted = {"region-name": row["regionName"], "endpoint": row["regionEndpoint"], "opt-in-status": row["optInStatus"]}
        if (everything or row["optInStatus"] != "not-opted-in") and (not names or region in names) and all(
                any(fnmatch.fnmatchcase(wanted.get(key, ""), value) for value in values) for key, values in filters.items()):
            rows.append("<item>" + "".join(f"<{k}>{v}</{k}>" for k, v in row.items()) + "</item>")
    unknown = set(names) - set(ALL)
    if unknown:
        return wire.error(call, 400, "InvalidParameterValue", f"Invalid region provided: {min(unknown)}")
    return wire.xml_response(200, '<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
                             f"<requestId>stance</requestId><regionInfo>{''.join(rows)}</regionInfo></DescribeRegionsResponse>")


def _numbered(params, prefix):
    return [v for k, v in sorted(params.items()) if k.startswith(prefix) and k[len(prefix):].isdigit()]


def _filters(params):
    return {v: _numbered(params, k.removesuffix("Name") + "Value.")
            for k, v in params.items() if k.startswith("Filter.") and k.endswith(".Name")}


OPT = {"opt-in-not-required": "ENABLED_BY_DEFAULT", "opted-in": "ENABLED", "not-opted-in": "DISABLED"}


def _list(call, account):
    wanted = call.json().get("RegionOptStatusContains") or list(OPT.values())
    rows = [{"RegionName": r, "RegionOptStatus": OPT[status(account, r)]} for r in ALL]
    return wire.json_response(200, {"Regions": [row for row in rows if row["RegionOptStatus"] in wanted]})


def _get(call, account):
    region = call.json()["RegionName"]
    return wire.json_response(200, {"RegionName": region, "RegionOptStatus": OPT[status(account, region)]})


def _enable(call, account):
    _opted_in.setdefault(account, set()).add(call.json()["RegionName"])
    return wire.Response(200, [])


def _disable(call, account):
    _opted_in.get(account, set()).discard(call.json()["RegionName"])
    return wire.Response(200, [])
