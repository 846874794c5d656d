"""Building an estate from first to last, in the order written, so that every run makes the same calls."""

import sys

from . import estate as estates
from . import kind, organization
from .kinds import iam, s3, ec2, rds, data, compute, network, logs, messaging, keys  # noqa: F401  (register kinds)
from .place import Cloud


def build(estate, endpoint):
    """The cloud as built, and the estate's expectations with real ids and account numbers."""
    cloud = Cloud(endpoint)
    organization.build(cloud, estate)
    for name, block in estate.accounts.items():
        if "root" in block:
            cloud.control("root", {"account": cloud.accounts[name], **block["root"]})
    ids = {}
    for number, spec in enumerate(estate.specs):
        _progress(number + 1, len(estate.specs))
        built = kind.build(cloud.place(spec.account, spec.region), spec)
        ids[spec.account, "" if spec.region == "global" else spec.region, spec.kind, spec.name] = built
        if spec.history:
            cloud.control("history", {"account": cloud.accounts[spec.account], **spec.history})
    return cloud, [_with_id(row, cloud, ids) for row in estates.expectations(estate)]


def _progress(done, total):
    if sys.stderr.isatty() and (done % 20 == 0 or done == total):
        print(f"\rbuilding {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _with_id(row, cloud, ids):
    number = cloud.accounts[row["account"]]
    built = ids.get((row["account"], row["region"], row["type"], row["name"]))
    known = kind.KINDS[row["type"]].type if built else row["type"]
    return row | {"account": number, "account_name": row["account"], "type": known,
                  "id": (built["arn"] or built["id"]) if built else number}
