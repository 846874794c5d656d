"""moto's state, as the rules of Strict need it: who calls, and the IAM of an account."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import get_account_id_from, iam_backends
from moto.sts.models import sts_backends

MANAGEMENT = DEFAULT_ACCOUNT_ID  # the account of every key that nobody created


def of_key(access_key):
    return get_account_id_from(access_key) if access_key else MANAGEMENT


def exists(account):
    return account in iam_backends or account == MANAGEMENT


def iam(account):
    return iam_backends[account]["aws"]


def caller_arn(access_key):
    """The role or user behind a key; "" for the management account's own unregistered keys."""
    backend = iam(of_key(access_key))
    key = backend.access_keys.get(access_key)
    if key is None:
        return ""
    return key.role_arn or backend.get_user(key.user_name).arn


def session_of(access_key):
    """The name of the session behind a role's key."""
    role = sts_backends[of_key(access_key)]["aws"].get_assumed_role_from_access_key(access_key)
    return role.session_name if role else "session"
