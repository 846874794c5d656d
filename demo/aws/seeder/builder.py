"""Building an estate from first to last, in the order written, so that every run makes the same calls."""

import sys

import botocore.exceptions

from . import estate as estates
from . import kind, organization
from .kinds import iam, s3, ec2, rds, data, compute, network, logs, messaging, keys  # noqa: F401  (register kinds)
from .place import Cloud


def load(path):
    """The estate of a file, sure to hold only kinds that can be built."""
    estate = estates.load(path)
    for spec in estate.specs:
        if spec.kind not in kind.KINDS:
            raise estates.EstateError(f"{spec}: no such kind; there are {', '.join(sorted(kind.KINDS))}")
    return estate


def build(estate, endpoint):
    """The cloud as built, and the estate's expectations with real ids and account numbers."""
    cloud = Cloud(endpoint)
    try:
        organization.build(cloud, estate)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as problem:
        raise estates.EstateError(f"organization: {problem}; the endpoint must be a fresh serve.py") from None
    for name, block in estate.accounts.items():
        if "root" in block:
            cloud.control("root", {"account": cloud.accounts[name], **block["root"]})
    for number, spec in enumerate(estate.specs):
        _progress(number + 1, len(estate.specs))
        kind.build(cloud.place(spec.account, spec.region), spec)
        if spec.history:
            cloud.control("history", {"account": cloud.accounts[spec.account], **spec.history})
    return cloud, expectations(estate, cloud)


def expectations(estate, cloud=None):
    """What a scan must find; account numbers and ids are empty without a cloud where it was built."""
    rows = []
    for row, spec in estates.expectations(estate):
        number = cloud.accounts[row["account_name"]] if cloud else ""
        built = cloud.built[spec] if cloud and spec else {}
        row |= {"account": number, "id": built.get("arn") or built.get("id", "")}
        if spec:
            judged = kind.KINDS[spec.kind]
            row |= {"type": judged.type, "element": spec.name if judged.element else ""}
        rows.append(row)
    return rows


def _progress(done, total):
    if sys.stderr.isatty() and (done % 20 == 0 or done == total):
        print(f"\rbuilding {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
