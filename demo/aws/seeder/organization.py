"""The organisation: its units, policies and accounts, made by the management account; and a way into each account."""

import json

from .estate import EstateError, fill
from .place import HOME


def build(cloud, estate):
    """Creates the organisation around the first account of the file and enters the others over their access role."""
    _check(estate)
    names = list(estate.accounts)
    cloud.add_account(names[0], "")
    sts = cloud.client(names[0], HOME, "sts")
    cloud.add_account(names[0], sts.get_caller_identity()["Account"])
    client = cloud.client(names[0], HOME, "organizations")
    cloud.organization = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = client.list_roots()["Roots"][0]["Id"]
    targets = {"root": root} | {name: _unit(client, root, name) for name in estate.organization.get("units", [])}
    for name in names[1:]:
        targets[name] = _account(cloud, client, sts, name, estate.accounts[name], root, targets)
    _policies(cloud.place(names[0], HOME), client, root, estate.organization.get("policies", []), targets)


def _check(estate):
    places = {"root", *estate.organization.get("units", []), *estate.accounts}
    wanted = {block["unit"] for block in estate.accounts.values() if "unit" in block}
    wanted |= {target for policy in estate.organization.get("policies", []) for target in policy["targets"]}
    if unknown := wanted - places:
        raise EstateError(f"organization: {min(unknown)!r} is neither a unit nor an account")


def _unit(client, root, name):
    return client.create_organizational_unit(ParentId=root, Name=name)["OrganizationalUnit"]["Id"]


def _account(cloud, client, sts, name, block, root, targets):
    email = block.get("email", f"aws-{name}@example.com")
    number = client.create_account(AccountName=name, Email=email)["CreateAccountStatus"]["AccountId"]
    unit = block.get("unit")
    if unit:
        client.move_account(AccountId=number, SourceParentId=root, DestinationParentId=targets[unit])
    role = f"arn:aws:iam::{number}:role/OrganizationAccountAccessRole"
    cloud.add_account(name, number, sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"])
    return number


def _policies(place, client, root, policies, targets):
    if policies:
        client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    for policy in policies:
        made = client.create_policy(Name=policy["name"], Description=policy.get("why", policy["name"]),
                                    Type="SERVICE_CONTROL_POLICY", Content=json.dumps(fill(policy["document"], place.lookup)))
        for target in policy["targets"]:
            client.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=targets[target])
