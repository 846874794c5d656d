"""Identities and what they may do."""

from ..kind import Kind, call, register

IAM = "arn:aws:iam::$(account):"


def _virtual_mfa(place, spec, params):
    """A device, switched on for the user of its name or the one given."""
    made = call(place, spec, "iam", "create_virtual_mfa_device", {"VirtualMFADeviceName": spec.name})
    serial = made["VirtualMFADevice"]["SerialNumber"]
    call(place, spec, "iam", "enable_mfa_device", {"UserName": params.get("UserName", spec.name), "SerialNumber": serial,
                                                   "AuthenticationCode1": "123456", "AuthenticationCode2": "654321"})
    return {"id": serial, "arn": serial}


def _instance_profile(place, spec, params):
    made = call(place, spec, "iam", "create_instance_profile", {"InstanceProfileName": spec.name})
    call(place, spec, "iam", "add_role_to_instance_profile",
         {"InstanceProfileName": spec.name, "RoleName": params.get("RoleName", spec.name)})
    return {"arn": made["InstanceProfile"]["Arn"]}


def _password_policy(place, spec, params):
    call(place, spec, "iam", "update_account_password_policy", params)
    return {"id": place.account_id}


def _contact(place, spec, params):
    """Whom AWS writes to, named by the purpose: SECURITY, OPERATIONS or BILLING."""
    call(place, spec, "account", "put_alternate_contact", {"AlternateContactType": spec.name} | params)
    return {"id": place.account_id}


register(
    aws_account_alternate_contact=Kind("account", make=_contact, defaults={"Title": "-", "PhoneNumber": "+1"},
                                       keys={"AlternateContactType": "name"}, read="get_alternate_contact", type="aws_account"),
    aws_iam_user=Kind("iam", "create_user", "UserName", arn="User.Arn", keys={"UserName": "name"}, read="get_user"),
    aws_iam_group=Kind("iam", "create_group", "GroupName", arn="Group.Arn", keys={"GroupName": "name"}, read="get_group"),
    aws_iam_role=Kind("iam", "create_role", "RoleName", arn="Role.Arn", keys={"RoleName": "name"}, read="get_role"),
    aws_iam_policy=Kind("iam", "create_policy", "PolicyName", "Policy.Arn", "Policy.Arn", {"PolicyArn": "arn"}, read="get_policy"),
    aws_iam_user_policy=Kind("iam", "put_user_policy", "PolicyName", arn=IAM + "user/$(with.UserName)",
                             keys={"PolicyName": "name"}, read="get_user_policy", type="aws_iam_user", element=True),
    aws_iam_group_policy=Kind("iam", "put_group_policy", "PolicyName", arn=IAM + "group/$(with.GroupName)",
                               keys={"PolicyName": "name"}, read="get_group_policy", type="aws_iam_group", element=True),
    aws_iam_role_policy=Kind("iam", "put_role_policy", "PolicyName", arn=IAM + "role/$(with.RoleName)",
                              keys={"PolicyName": "name"}, read="get_role_policy", type="aws_iam_role", element=True),
    aws_iam_access_key=Kind("iam", "create_access_key", "", "AccessKey.AccessKeyId", keys={"AccessKeyId": "id"}, read="list_access_keys"),
    aws_iam_virtual_mfa_device=Kind("iam", make=_virtual_mfa),
    aws_iam_instance_profile=Kind("iam", make=_instance_profile, keys={"InstanceProfileName": "name"}, read="get_instance_profile"),
    aws_iam_account_password_policy=Kind("iam", make=_password_policy, read="get_account_password_policy"),
    aws_iam_openid_connect_provider=Kind("iam", "create_open_id_connect_provider", "", "OpenIDConnectProviderArn",
                                         "OpenIDConnectProviderArn", {"OpenIDConnectProviderArn": "arn"},
                                         {"ThumbprintList": ["0" * 40]}, read="get_open_id_connect_provider"),
)
