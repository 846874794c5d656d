"""make demo-change: makes risky changes in the example company of a running demo, one after another."""

import argparse
import json
import tempfile
import time
from pathlib import Path

import boto3

KEYS = {"aws_access_key_id": "demo", "aws_secret_access_key": "demo", "region_name": "us-east-1"}
WAIT = 60  # seconds for an alert to come


def client(endpoint, account, service):
    """Comes into an account as somebody who works there."""
    sts = boto3.client("sts", endpoint_url=endpoint, **KEYS)
    keys = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/StanceAudit", RoleSessionName="intern", ExternalId="stance-demo")["Credentials"]
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=keys["AccessKeyId"],
                        aws_secret_access_key=keys["SecretAccessKey"], aws_session_token=keys["SessionToken"])


def accounts(endpoint):
    pages = boto3.client("organizations", endpoint_url=endpoint, **KEYS).get_paginator("list_accounts").paginate()
    return {a["Name"]: a["Id"] for page in pages for a in page["Accounts"]}


def public_bucket(endpoint, account, tag):
    s3, name = client(endpoint, account, "s3"), f"acme-share-{tag}"
    s3.create_bucket(Bucket=name)
    s3.delete_public_access_block(Bucket=name)
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}]}))
    return name


def open_port(endpoint, account, tag):
    ec2, name = client(endpoint, account, "ec2"), f"quick-test-{tag}"
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    group = ec2.create_security_group(GroupName=name, Description="only for a minute", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    return name


def trusting_role(endpoint, account, tag):
    iam, name = client(endpoint, account, "iam"), f"helper-{tag}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}))
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    return name


CHANGES = [
    ("a bucket is opened to everyone", public_bucket),
    ("a security group lets the whole internet in by SSH", open_port),
    ("a role of an administrator trusts every AWS account", trusting_role),
]


def make(endpoint, inbox=None):
    """Makes each change. With an inbox, waits for its alert and says how long it took."""
    account, tag, missing = accounts(endpoint)["sandbox"], format(int(time.time()), "x"), 0
    for words, do in CHANGES:
        print(f"\nin account sandbox, {words} ...", flush=True)
        began = time.time()
        name = do(endpoint, account, tag)
        print(f"  made {name}", flush=True)
        if inbox is None:
            continue
        alert = inbox.wait(lambda a: a["resource"].get("name") == name, WAIT)
        if alert is None:
            print(f"  no alert about {name} after {WAIT} seconds")
            missing += 1
        else:
            print(f"  told {alert['came'] - began:.1f} seconds after it began")
    if missing:
        raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", default=Path(tempfile.gettempdir()) / "stance-demo.json", help="what the running demo wrote")
    options = parser.parse_args()
    try:
        state = json.loads(Path(options.state).read_text())
    except OSError:
        raise SystemExit("demo: no demo runs; start one with `make demo`") from None
    make(state["endpoint"])
    print("\nthe terminal of `make demo` and the dashboard tell of each within seconds")


if __name__ == "__main__":
    main()
