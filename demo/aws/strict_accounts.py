"""Accounts as AWS makes them, and roles assumed only by those they trust.

Of a trust policy this reads Allow statements, AWS principals and conditions on sts:ExternalId; a statement
with any other condition lets nobody in, and Deny statements are not read.
"""

import fnmatch
import json

from moto.organizations.models import organizations_backends

import accounts
import wire

ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def complete_organization(call, response):
    """The management account joins by invitation, under the name it has."""
    if call.name == "organizations:CreateOrganization":
        account = accounts.of_key(call.access_key)
        first = organizations_backends[account]["aws"].accounts[0]
        first.name, first.joined_method = "management", "INVITED"
    return response


def complete_create_account(call, response):
    """The role which CreateAccount leaves in the new account can do everything there."""
    if call.name == "organizations:CreateAccount":
        account = json.loads(response.body)["CreateAccountStatus"]["AccountId"]
        role = accounts.iam(account).get_role(call.json().get("RoleName", "OrganizationAccountAccessRole"))
        role.path = "/"
        role.put_policy("AdministratorAccess", json.dumps(ADMIN))
    return response


def refuse_assume_role(call):
    if call.name != "sts:AssumeRole":
        return None
    arn = call.params.get("RoleArn", "")
    if _trusts(_role(arn), call):
        return None
    who = accounts.caller_arn(call.access_key) or f"arn:aws:iam::{accounts.of_key(call.access_key)}:root"
    return wire.error(call, 403, "AccessDenied",
                      f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}")


def _role(arn):
    account = (arn.split(":") + [""] * 5)[4]
    if not accounts.exists(account):
        return None
    return next((role for role in accounts.iam(account).roles.values() if role.arn == arn), None)


def _trusts(role, call):
    if role is None:
        return False
    statements = json.loads(role.assume_role_policy_document).get("Statement", [])
    return any(_lets_in(statement, call) for statement in _list(statements))


def _lets_in(statement, call):
    principals = statement.get("Principal", {})
    trusted = ["*"] if principals == "*" else _list(principals.get("AWS", []))
    account = accounts.of_key(call.access_key)
    callers = {"*", account, f"arn:aws:iam::{account}:root", accounts.caller_arn(call.access_key)}
    actions = _list(statement.get("Action", []))
    return (statement.get("Effect") == "Allow" and any(p in callers for p in trusted)
            and any(fnmatch.fnmatch("sts:assumerole", action.lower()) for action in actions)
            and all(_holds(*condition, call) for condition in statement.get("Condition", {}).items()))


def _holds(operator, keys, call):
    given = call.params.get("ExternalId", "")
    match = {"StringEquals": str.__eq__, "StringLike": fnmatch.fnmatchcase}.get(operator)
    return match is not None and all(
        key.lower() == "sts:externalid" and any(match(given, value) for value in _list(values))
        for key, values in keys.items())


def _list(value):
    return value if isinstance(value, list) else [value]
