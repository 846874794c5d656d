"""Answers of moto that would make a scanner believe what nobody configured."""

import xml.etree.ElementTree as ElementTree

from moto.ec2.models import ec2_backends
from moto.macie2.models import macie2_backends

import accounts
import wire

EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
# Operations whose answer is made up; there is nothing to correct it from.
MADE_UP = {
    "elasticmapreduce:GetBlockPublicAccessConfiguration": "it would answer with nothing, AWS never does",
    "sso:ListInstances": "it would answer with an instance that nobody created",
}
_macie_asked_for = set()  # (account, region)


def answer(call):
    if call.name in MADE_UP:
        return wire.unsupported(call, MADE_UP[call.name])
    if call.service == "macie2":
        return _macie(call)
    return None


def _macie(call):
    """Off until switched on; moto starts with it on."""
    place = accounts.of_key(call.access_key), call.region
    if call.operation == "EnableMacie":
        _macie_asked_for.add(place)
    elif place not in _macie_asked_for or macie2_backends[place[0]][place[1]].macie_session is None:
        return wire.error(call, 403, "AccessDeniedException", "Macie is not enabled.")
    return None


def keep_restorable_snapshots(call, response):
    """DescribeSnapshots with RestorableBy users lists the snapshots shared with them; moto lists them all."""
    users = [v for k, v in call.params.items() if k.startswith("RestorableBy.")]
    if call.name != "ec2:DescribeSnapshots" or not users:
        return response
    held = ec2_backends[accounts.of_key(call.access_key)][call.region].snapshots
    ElementTree.register_namespace("", EC2)
    document = ElementTree.fromstring(response.body)
    rows = document.find("{*}snapshotSet")
    for row in list(rows) if rows is not None else []:
        if not _restorable(held.get(row.findtext("{*}snapshotId")), users):
            rows.remove(row)
    return wire.Response(response.status, response.headers, ElementTree.tostring(document))


def _restorable(snapshot, users):
    return snapshot is not None and any(
        user == "self" or user in snapshot.create_volume_permission_groups | snapshot.create_volume_permission_userids
        for user in users)
