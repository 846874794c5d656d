"""IAM's memory: the credential report in full, and the past that no API call can write.

  POST /_stance/history   {account, user | role, created_days?, password_changed_days?, password_used_days?,
                           keys?: [{created_days?, used_days?}], used_days?}; a key's or role's used_days
                           null means never used
  POST /_stance/root      {account, mfa?, password?, password_used_days?, access_key?, created_days?}

Days count back from now.
"""

import base64
import csv
import datetime
import io

from moto.iam.models import AccessKeyLastUsed, AccountSummary, IAMBackend

import accounts
import wire

COLUMNS = """user arn user_creation_time password_enabled password_last_used password_last_changed password_next_rotation
mfa_active access_key_1_active access_key_1_last_rotated access_key_1_last_used_date access_key_1_last_used_region
access_key_1_last_used_service access_key_2_active access_key_2_last_rotated access_key_2_last_used_date
access_key_2_last_used_region access_key_2_last_used_service cert_1_active cert_1_last_rotated cert_2_active
cert_2_last_rotated""".split()

_root = {}  # account -> what /_stance/root said of it
_password_changed = {}  # user ARN -> time


def _details_of_policies_in_use(self, policy_filter, _original=IAMBackend.get_account_authorization_details):
    """GetAccountAuthorizationDetails has AWS's own policies only where attached; moto adds all 1,485."""
    details = _original(self, policy_filter)
    aws = set(self.aws_managed_policies)
    details["managed_policies"] = [p for p in details["managed_policies"] if p.attachment_count or p not in aws]
    return details


def _policies_of_aws_only(self, _original=IAMBackend._init_aws_policies):
    """Looking a key up makes moto open each account in all partitions; those nobody uses need no 1,485 policies each."""
    return _original(self) if self.partition == "aws" else []


def _summary_of_root(self, _original=AccountSummary.summary_map.fget):
    """The summary says whether root has a password; moto's does not."""
    account = self._iam_backend.account_id
    return {**_original(self), "AccountPasswordPresent": int(_root.get(account, {}).get("password", True))}


AccountSummary.summary_map = property(_summary_of_root)
IAMBackend.get_account_authorization_details = _details_of_policies_in_use
IAMBackend._init_aws_policies = _policies_of_aws_only


def complete_credential_report(call, response):
    """moto's report has no root row and writes "not_supported" where AWS writes "N/A"."""
    if call.name != "iam:GetCredentialReport":
        return response
    account = accounts.of_key(call.access_key)
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, restval="N/A", lineterminator="\n")
    writer.writeheader()
    writer.writerow(_root_row(account))
    writer.writerows(_user_row(user) for user in accounts.iam(account).users.values())
    content = base64.b64encode(table.getvalue().encode()).decode()
    return wire.xml_response(200, '<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
                             f"<GetCredentialReportResult><Content>{content}</Content><ReportFormat>text/csv</ReportFormat>"
                             f"<GeneratedTime>{_text(_now())}</GeneratedTime></GetCredentialReportResult>"
                             "<ResponseMetadata><RequestId>stance</RequestId></ResponseMetadata></GetCredentialReportResponse>")


def _root_row(account):
    said = _root.get(account, {})
    row = {"user": "<root_account>", "arn": f"arn:aws:iam::{account}:root", "password_enabled": "not_supported",
           "user_creation_time": _text(_ago(said.get("created_days", 400))),
           "password_last_used": _text(_ago(said.get("password_used_days"))) or "no_information",
           "password_last_changed": "not_supported", "password_next_rotation": "not_supported",
           "mfa_active": _bool(said.get("mfa")), "access_key_1_active": _bool(said.get("access_key")),
           "access_key_2_active": "false", "cert_1_active": "false", "cert_2_active": "false"}
    if said.get("access_key"):
        row["access_key_1_last_rotated"] = row["user_creation_time"]
    return row


def _user_row(user):
    row = {"user": user.name, "arn": user.arn, "user_creation_time": _text(user.create_date),
           "password_enabled": _bool(user.password), "mfa_active": _bool(user.mfa_devices),
           "cert_1_active": "false", "cert_2_active": "false"}
    if user.password:
        row["password_last_used"] = _text(user.password_last_used) or "no_information"
        row["password_last_changed"] = _text(_password_changed.get(user.arn, user.create_date))
    for number in (1, 2):
        key = user.access_keys[number - 1] if len(user.access_keys) >= number else None
        row.update({f"access_key_{number}_{name}": value for name, value in _key_columns(key).items()})
    return row


def _key_columns(key):
    if key is None:
        return {"active": "false"}
    columns = {"active": _bool(key.status == "Active"), "last_rotated": _text(key.create_date)}
    if key.last_used:
        columns.update(last_used_date=_text(key.last_used.timestamp), last_used_region=key.last_used.region,
                       last_used_service=key.last_used.service)
    return columns


def control(path, request):
    said = request.json()
    if path == "root":
        _set_root(said)
    elif path == "history" and "user" in said:
        _set_user(accounts.iam(said["account"]).get_user(said["user"]), said)
    elif path == "history":
        role = accounts.iam(said["account"]).get_role(said["role"])
        role.create_date = _ago(said.get("created_days")) or role.create_date
        role.last_used = _ago(said.get("used_days"))
    else:
        raise ValueError("no such control")
    return {"ok": True}


def _set_root(said):
    _root[said["account"]] = said
    summary = accounts.iam(said["account"]).account_summary
    summary._account_mfa_enabled = int(bool(said.get("mfa")))
    summary._account_access_keys_present = int(bool(said.get("access_key")))


def _set_user(user, said):
    user.create_date = _ago(said.get("created_days")) or user.create_date
    user.password_last_used = _ago(said.get("password_used_days")) or user.password_last_used
    if changed := _ago(said.get("password_changed_days")):
        _password_changed[user.arn] = changed
    for key, past in zip(user.access_keys, said.get("keys", [])):
        key.create_date = _ago(past.get("created_days")) or key.create_date
        used = _ago(past.get("used_days"))
        key.last_used = AccessKeyLastUsed(used, "s3", "us-east-1") if used else None


def _now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0)


def _ago(days):
    return None if days is None else _now() - datetime.timedelta(days=days)


def _text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00") if time else ""


def _bool(value):
    return "true" if value else "false"
