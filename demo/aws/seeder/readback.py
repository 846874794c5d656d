"""Reading back what was built: does the API hold what the estate file asked for?

moto drops parameters that it does not know without a word, so a planted fault counts only when it is read again.
"""

import base64
import json

import botocore.exceptions

from .estate import fill, merge
from .kind import KINDS, names_of

# Reads besides a kind's own, by the follow-up call that makes them worth it.
READ_AFTER = {
    "add_permission": ("get_policy", {}),
    "attach_role_policy": ("list_attached_role_policies", {}),
    "create_access_key": ("list_access_keys", {}),
    "create_login_profile": ("get_login_profile", {}),
    "enable_key_rotation": ("get_key_rotation_status", {}),
    "modify_db_snapshot_attribute": ("describe_db_snapshot_attributes", {}),
    "modify_image_attribute": ("describe_image_attribute", {"Attribute": "launchPermission"}),
    "modify_snapshot_attribute": ("describe_snapshot_attribute", {"Attribute": "createVolumePermission"}),
    "put_bucket_acl": ("get_bucket_acl", {}),
    "put_bucket_ownership_controls": ("get_bucket_ownership_controls", {}),
    "put_bucket_policy": ("get_bucket_policy", {}),
    "put_event_selectors": ("get_event_selectors", {}),
    "put_public_access_block": ("get_public_access_block", {}),
    "put_resource_policy": ("get_resource_policy", {}),
    "set_repository_policy": ("get_repository_policy", {}),
    "start_logging": ("get_trail_status", {}),
    "subscribe": ("list_subscriptions_by_topic", {}),
    "update_continuous_backups": ("describe_continuous_backups", {}),
}
# Reads besides a kind's own, always.
READ_ALSO = {
    "aws_config_configuration_recorder": [("describe_delivery_channels", {})],
    "aws_iam_policy": [("get_policy_version", {"VersionId": "v1"})],
    "aws_instance": [("describe_instance_attribute", {"Attribute": "userData"}),
                     ("describe_volumes", {"Filters": [{"Name": "attachment.instance-id", "Values": ["$(id)"]}]})],
    "aws_kms_key": [("get_key_policy", {"PolicyName": "default"})],
    "aws_sqs_queue": [("get_queue_attributes", {"AttributeNames": ["All"]})],
}
# Calls that leave one setting of another name; their own parameters are not read again.
MEANS = {
    "attach_internet_gateway": {},
    "create_login_profile": {},
    "enable_key_rotation": {"KeyRotationEnabled": True},
    "revoke_security_group_egress": {},
    "start_logging": {"IsLogging": True},
    "update_continuous_backups": {"PointInTimeRecoveryStatus": "ENABLED"},
}
# Parameters that read back under another name or as another text, and those that never do.
RENAMED = {
    "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
    "EnableLogFileValidation": "LogFileValidationEnabled",
}
UNREAD = {"AddressFamily", "AssociatePublicIpAddress", "Attribute", "MasterUserPassword", "MaxCount", "MaxEntries", "MinCount",
          "OperationType", "ResourceType", "Scope", "SecretString", "ZipFile"}
AS_TEXT = {("Enable", "true"): "ENABLED", ("Enable", "false"): "DISABLED"}
CANNED = {"public-read": "AllUsers", "public-read-write": "AllUsers", "authenticated-read": "AuthenticatedUsers"}


def lost(cloud, spec):
    """What was asked for and is not there, as "key=value" texts."""
    place, kind = cloud.place(spec.account, spec.region), KINDS[spec.kind]
    built = cloud.built[spec]
    place.current = {**built, "n": f"{spec.number:02d}"}
    reads = [(kind.read, {})] if kind.read else []
    reads += READ_ALSO.get(spec.kind, [])
    held = [_read(place, kind, spec, built, *read) for read in reads]
    wanted = [merge(fill(kind.defaults, place.lookup), fill(spec.params, place.lookup))]
    for method, params in (call for entry in spec.then for call in entry.items()):
        if method in READ_AFTER:
            held.append(_read(place, kind, spec, built, *READ_AFTER[method]))
        wanted.append(MEANS.get(method, fill(params or {}, place.lookup)))
    return _missing(wanted, held)


def _read(place, kind, spec, built, method, extra):
    client = place.client(kind.service)
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
    given = {k: v for k, v in merge(fill(kind.defaults, place.lookup), fill(spec.params, place.lookup)).items()
             if shape and k in shape.members and isinstance(v, str)}
    try:
        return getattr(client, method)(**given, **names_of(place, kind, built, kind.service, method),
                                       **fill(extra, place.lookup))
    except botocore.exceptions.ClientError as problem:
        return {"error": str(problem)}


def _missing(wanted, held):
    """Flags count by name and value, texts wherever they are read."""
    pairs = {(key.lower(), value) for key, value in _leaves("", held)}
    texts = "\n".join(value for _, value in pairs)
    missing = []
    for key, value in _leaves("", wanted):
        text = AS_TEXT.get((key, value)) or CANNED.get(value, value.removeprefix("uri=").removeprefix("https://"))
        found = (RENAMED.get(key, key).lower(), value) in pairs or text not in ("true", "false") and text in texts
        if not found and key not in UNREAD:
            missing.append(f"{key}={value}")
    return missing


def _leaves(key, value):
    """Each (last name, text) in a value; JSON and base64 texts are looked into."""
    if isinstance(value, str):
        value = _decoded(value)
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(name, item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(key, item)
    elif value is not None:
        yield key, str(value).lower() if isinstance(value, bool) else str(value)


def _decoded(text):
    for decode in (json.loads, lambda text: base64.b64decode(text, validate=True).decode()):
        try:
            decoded = decode(text)
        except ValueError:
            continue
        return decoded if isinstance(decoded, (dict, list)) or "#!" in str(decoded) else text
    return text
