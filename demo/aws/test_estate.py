"""The example company builds, and the API holds what its file says; another file builds as well."""

import collections
import csv
import io
import ipaddress
import json
import tempfile
import unittest
from pathlib import Path

import botocore.exceptions

import local
from seeder import builder, readback
from seeder.estate import EstateError
from seeder.kind import KINDS

SMALL = """
organization: {units: [Work]}
accounts:
  main: {}
  work:
    unit: Work
    regions:
      eu-west-1:
        aws_vpc: [{name: main}]
        aws_subnet: [{name: one, with: {CidrBlock: 10.0.1.0/24}}]
        aws_kms_key: [{name: key, count: 5}]
        aws_s3_bucket: [{name: "small-$(n)", count: 2, expect: {a-check: fail}}]
"""

WHOLE_SERVICE = ["aws-iam-policy-no-service-wildcard"] + [f"aws-iam-{holder}-inline-no-service-wildcard" for holder in ("user", "group", "role")]

# The kinds that the example does not use.
OTHERS = """
accounts:
  main:
    regions:
      global:
        aws_iam_role:
          - {name: worker, with: {AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}}}
        aws_iam_instance_profile: [{name: worker}]
        aws_iam_user: [{name: someone}]
        aws_iam_access_key: [{name: key, with: {UserName: someone}}]
        aws_route53_zone: [{name: example.com}]
      us-east-1:
        aws_vpc: [{name: main}]
        aws_subnet:
          - {name: a, with: {CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1a}}
          - {name: b, with: {CidrBlock: 10.0.2.0/24, AvailabilityZone: us-east-1b}}
        aws_vpc_endpoint: [{name: s3}]
        aws_launch_template: [{name: web, with: {LaunchTemplateData: {InstanceType: t3.micro}}}]
        aws_autoscaling_group: [{name: web, with: {AvailabilityZones: [us-east-1a], LaunchTemplate: {LaunchTemplateName: web}}}]
        aws_elb: [{name: old, with: {AvailabilityZones: [us-east-1a], Listeners: [{Protocol: HTTP, LoadBalancerPort: 80, InstancePort: 80}]}}]
        aws_db_subnet_group: [{name: data, with: {SubnetIds: [$(aws_subnet.a), $(aws_subnet.b)]}}]
        aws_rds_cluster: [{name: aurora, with: {StorageEncrypted: false}}]
        aws_backup_vault: [{name: vault}]
        aws_athena_workgroup: [{name: analysts}]
        aws_ecs_cluster: [{name: shop}]
        aws_api_gateway_rest_api: [{name: rest}]
        aws_apigatewayv2_api: [{name: http}]
        aws_wafv2_web_acl: [{name: shield}]
        aws_securityhub_account: [{name: hub}]
"""


class Example(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        server = local.Server()
        cls.addClassCleanup(server.stop)
        cls.estate = builder.load(local.HERE / "estate.yaml")
        cls.cloud, cls.expected = builder.build(cls.estate, server.endpoint)
        cls.places = sorted({(spec.account, spec.region) for spec in cls.estate.specs})

    def ids(self, check, status="fail"):
        return {row["id"] for row in self.rows(check, status)}

    def rows(self, check, status="fail"):
        return [row for row in self.expected if (row["check"], row["status"]) == (check, status)]

    def everywhere(self, service, method, key, regions=None):
        """Each (account, region, item) that a paged method lists."""
        for account, region in self.places:
            if region in (regions or ["us-east-1", "eu-west-1"]):
                for page in self.cloud.client(account, region, service).get_paginator(method).paginate():
                    yield from ((account, region, item) for item in page[key])

    def test_everything_asked_for_is_held(self):
        lost = {str(spec): missing for spec in self.estate.specs if (missing := readback.lost(self.cloud, spec))}
        self.assertEqual(lost, {})

    def test_sizes(self):
        built = collections.Counter(spec.kind for spec in self.estate.specs)
        buckets = sum(len(self.cloud.client(name, "us-east-1", "s3").list_buckets()["Buckets"]) for name in self.cloud.accounts)
        databases = len(list(self.everywhere("rds", "describe_db_instances", "DBInstances")))
        instances = sum(len(r["Instances"]) for _, _, r in self.everywhere("ec2", "describe_instances", "Reservations"))
        self.assertEqual((instances, buckets, databases), (200, 50, 100))
        self.assertEqual((built["aws_instance"], built["aws_s3_bucket"], built["aws_db_instance"]), (200, 50, 100))
        listed = self.cloud.client("management", "us-east-1", "organizations").list_accounts()["Accounts"]
        self.assertEqual([a["Name"] for a in listed], ["management", "security", "production", "staging", "sandbox"])

    def test_planted(self):
        sizes = {check: len(self.rows(check)) for check in (
            "any-storage-object-store-not-public", "aws-ec2-security-group-port-closed-ssh", "aws-rds-instance-encrypted",
            "aws-cloudtrail-all-regions")}
        self.assertEqual(list(sizes.values()), [12, 5, 20, 3], sizes)
        self.assertEqual(sum(len(self.rows(check)) for check in WHOLE_SERVICE), 30)

    def test_every_fault_has_a_twin(self):
        status = collections.defaultdict(set)
        for row in self.expected:
            status[row["check"]].add(row["status"])
        self.assertEqual([check for check, seen in status.items() if "fail" not in seen or not seen & {"pass", "not_applicable"}], [])

    def test_the_scanner_gets_in_with_its_external_id(self):
        sts = self.cloud.client("management", "us-east-1", "sts")
        for number in self.cloud.accounts.values():
            sts.assume_role(RoleArn=f"arn:aws:iam::{number}:role/StanceAudit", RoleSessionName="test", ExternalId="stance-demo")

    def test_databases(self):
        found = [item for _, _, item in self.everywhere("rds", "describe_db_instances", "DBInstances")]
        for check, faulty in (("aws-rds-instance-encrypted", lambda d: not d["StorageEncrypted"]), ("aws-rds-instance-not-public", lambda d: d["PubliclyAccessible"]),
                              ("aws-rds-instance-backups", lambda d: d["BackupRetentionPeriod"] == 0)):
            with self.subTest(check):
                self.assertEqual({d["DBInstanceArn"] for d in found if faulty(d)}, self.ids(check))

    def test_business_policy(self):
        found = [item for _, _, item in self.everywhere("rds", "describe_db_instances", "DBInstances")]
        production = [d for d in found if {"Key": "Environment", "Value": "production"} in d["TagList"]]
        unsafe = {d["DBInstanceArn"] for d in production if not (
            d["StorageEncrypted"] and d["BackupRetentionPeriod"] and d["IAMDatabaseAuthenticationEnabled"])}
        self.assertEqual(unsafe, self.ids("any-database-production-hardened"))
        self.assertEqual(len(found) - len(production), len(self.ids("any-database-production-hardened", "not_applicable")))

    def test_instances(self):
        found = [(account, region, i) for account, region, r in self.everywhere("ec2", "describe_instances", "Reservations")
                 for i in r["Instances"]]
        old = {i["InstanceId"] for _, _, i in found if i["MetadataOptions"]["HttpTokens"] == "optional"}
        self.assertEqual(old, {arn.split("/")[1] for arn in self.ids("aws-ec2-instance-imdsv2")})
        jump = [i for _, _, i in found if {"Key": "Name", "Value": "jump-host"} in i["Tags"]]
        self.assertTrue(jump[0]["PublicIpAddress"])

    def test_groups_open_for_ssh(self):
        found = set()
        for account, region, group in self.everywhere("ec2", "describe_security_groups", "SecurityGroups"):
            client = self.cloud.client(account, region, "ec2")
            ranges = [cidr for rule in group["IpPermissions"] if _reaches_ssh(rule) for cidr in _sources(client, rule)]
            if any(net.prefixlen == 0 for version in (4, 6)
                   for net in ipaddress.collapse_addresses(r for r in ranges if r.version == version)):
                found.add(group["GroupId"])
        self.assertEqual(found, {arn.split("/")[1] for arn in self.ids("aws-ec2-security-group-port-closed-ssh")})

    def test_policies_with_all_of_s3(self):
        found = collections.Counter()
        for account in self.cloud.accounts:
            details = self.cloud.client(account, "us-east-1", "iam").get_account_authorization_details()
            documents = [v["Document"] for p in details["Policies"] if "::aws:policy/" not in p["Arn"]
                         for v in p["PolicyVersionList"] if v["IsDefaultVersion"]]
            for kind, key in (("UserDetailList", "UserPolicyList"), ("RoleDetailList", "RolePolicyList"),
                              ("GroupDetailList", "GroupPolicyList")):
                documents += [p["PolicyDocument"] for holder in details[kind] for p in holder.get(key, [])]
            found[account] = sum(_gives_all_of_s3(document) for document in documents)
        wanted = collections.Counter(row["account_name"] for row in self.expected
                                     if row["check"] in WHOLE_SERVICE and row["status"] == "fail")
        self.assertEqual(found, wanted)

    def test_public_buckets(self):
        found = set()
        for name, number in self.cloud.accounts.items():
            account = _block(lambda: self.cloud.client(name, "us-east-1", "s3control").get_public_access_block(AccountId=number))
            for bucket in self.cloud.client(name, "us-east-1", "s3").list_buckets()["Buckets"]:
                if _is_public(self.cloud.client(name, "us-east-1", "s3"), bucket["Name"], account):
                    found.add(f"arn:aws:s3:::{bucket['Name']}")
        self.assertEqual(found, self.ids("any-storage-object-store-not-public"))

    def test_people(self):
        iam = self.cloud.client("production", "us-east-1", "iam")
        iam.generate_credential_report()
        rows = {r["user"]: r for r in csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode()))}
        self.assertEqual([rows[u]["mfa_active"] for u in ("<root_account>", "bo", "carla")], ["false", "false", "true"])
        self.assertLess(rows["carla"]["password_last_used"], rows["bo"]["password_last_used"])
        self.assertLess(rows["ci"]["access_key_1_last_rotated"], rows["ci-rotated"]["access_key_1_last_rotated"])

    def test_trails(self):
        off = set()
        for name, number in self.cloud.accounts.items():
            client = self.cloud.client(name, "us-east-1", "cloudtrail")
            if not any(_records(client, trail) for trail in client.describe_trails()["trailList"]):
                off.add(number)
        self.assertEqual(off, {row["account"] for row in self.rows("aws-cloudtrail-all-regions")})


def _reaches_ssh(rule):
    return rule["IpProtocol"] == "-1" or rule["IpProtocol"] == "tcp" and rule["FromPort"] <= 22 <= rule["ToPort"]


def _sources(client, rule):
    lists = [client.get_managed_prefix_list_entries(PrefixListId=p["PrefixListId"])["Entries"] for p in rule["PrefixListIds"]]
    texts = [r["CidrIp"] for r in rule["IpRanges"]] + [r["CidrIpv6"] for r in rule["Ipv6Ranges"]]
    return [ipaddress.ip_network(text) for text in texts + [entry["Cidr"] for entries in lists for entry in entries]]


def _gives_all_of_s3(document):
    statements = document["Statement"]
    if any(s["Effect"] == "Deny" and s.get("Action") == "*" for s in statements):
        return False
    return any(s["Effect"] == "Allow" and "s3:*" in json.dumps(s.get("Action", "")).lower()
               and s["Resource"] in ("*", ["*"], "arn:aws:s3:::*") for s in statements)


def _block(read):
    try:
        return read()["PublicAccessBlockConfiguration"]
    except botocore.exceptions.ClientError:
        return {}


def _is_public(client, name, account):
    block = _block(lambda: client.get_public_access_block(Bucket=name))
    on = {flag for flags in (account, block) for flag, value in flags.items() if value}
    owner = client.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"][0]["ObjectOwnership"]
    acl = owner != "BucketOwnerEnforced" and "/groups/global/A" in str(client.get_bucket_acl(Bucket=name)["Grants"])
    return acl and "IgnorePublicAcls" not in on or _open_policy(client, name) and "RestrictPublicBuckets" not in on


def _open_policy(client, name):
    """Enough of a judgement for the example: who is let in, what narrows it, and a deny of everything."""
    try:
        statements = json.loads(client.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    except botocore.exceptions.ClientError:
        return False
    if any(s["Effect"] == "Deny" and "Condition" not in s for s in statements):
        return False
    return any(s["Effect"] == "Allow" and ("NotPrincipal" in s or '"*"' in json.dumps(s.get("Principal")))
               and not _narrow(s.get("Condition", {})) for s in statements)


def _narrow(condition):
    values = {key: value for keys in condition.values() for key, value in keys.items() if key != "aws:Referer"}
    if "aws:SourceIp" in values:
        given = values["aws:SourceIp"]
        ranges = [ipaddress.ip_network(text) for text in ([given] if isinstance(given, str) else given)]
        return all(net.prefixlen for net in ipaddress.collapse_addresses(ranges))
    return bool(values) and "*" not in str(values)


def _records(client, trail):
    selectors = client.get_event_selectors(TrailName=trail["Name"]).get("EventSelectors") or [{"IncludeManagementEvents": True}]
    return (trail["IsMultiRegionTrail"] and client.get_trail_status(Name=trail["Name"])["IsLogging"]
            and any(s["IncludeManagementEvents"] for s in selectors))


class AnyEstate(unittest.TestCase):
    def load(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "estate.yaml"
            path.write_text(text)
            return builder.load(path)

    def test_another_file_builds_with_the_same_ids_each_time(self):
        estate, seen = self.load(SMALL), []
        for _ in range(2):
            server = local.Server()
            self.addCleanup(server.stop)
            cloud, expected = builder.build(estate, server.endpoint)
            seen.append((expected, cloud.named, cloud.accounts))
        self.assertEqual(seen[0], seen[1])
        self.assertEqual([row["id"] for row in seen[0][0]], ["arn:aws:s3:::small-01", "arn:aws:s3:::small-02"])

    def test_every_kind_builds(self):
        estate = self.load(OTHERS)
        server = local.Server()
        self.addCleanup(server.stop)
        cloud, _ = builder.build(estate, server.endpoint)
        lost = {str(spec): missing for spec in estate.specs if (missing := readback.lost(cloud, spec))}
        self.assertEqual(lost, {})
        used = {spec.kind for spec in estate.specs + builder.load(local.HERE / "estate.yaml").specs}
        self.assertEqual(KINDS.keys() - used, set())

    def test_mistakes_are_told(self):
        for text, told in (("accounts: [", ":2:1: expected"),
                           ("a: 1", "no accounts"),
                           ("accounts: {a: {regions: {us-east-1: {aws_moon: [{name: x}]}}}}", "no such kind"),
                           ("accounts: {a: {regions: {us-east-1: {aws_vpc: [{nam: x}]}}}}", "unknown key 'nam'"),
                           ("accounts: {a: {regions: {us-east-1: {aws_vpc: [{use: x}]}}}}", "no template 'x'"),
                           ("accounts: {a: {regions: {us-east-1: {aws_vpc: [{expect: {c: bad}}]}}}}", "expects 'bad'")):
            with self.subTest(told), self.assertRaisesRegex(EstateError, told):
                self.load(text + "\n")

    def test_nothing_listens(self):
        with self.assertRaisesRegex(EstateError, "Could not connect"):
            builder.build(self.load("accounts: {main: {}}"), "http://127.0.0.1:1")


if __name__ == "__main__":
    unittest.main()
