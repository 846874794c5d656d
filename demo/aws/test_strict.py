"""The promises of Strict, each shown over the wire."""

import csv
import http.client
import io
import json
import time
import unittest
import urllib.error

from botocore.parsers import create_parser

import local

UNSUPPORTED = (501, "NotImplemented")


class Unsupported(local.Case):
    def test_every_protocol_says_so_in_its_own_words(self):
        for service, method, params in (
                ("rds", "describe_certificates", {}),
                ("ec2", "describe_client_vpn_endpoints", {}),
                ("cloudtrail", "list_event_data_stores", {}),
                ("eks", "list_addons", {"clusterName": "none"}),
                ("cloudfront", "list_functions", {}),
                ("cloudwatch", "list_managed_insight_rules", {"ResourceARN": "none"}),
                ("s3", "get_bucket_policy_status", {"Bucket": "none"}),
                ("s3control", "list_jobs", {"AccountId": "123456789012"}),
                ("accessanalyzer", "list_analyzers", {}),
                ("emr", "get_block_public_access_configuration", {})):
            with self.subTest(service):
                self.assertEqual(self.refused(getattr(self.client(service), method), **params), UNSUPPORTED)

    def test_a_crash_is_told_by_its_name(self):
        with self.assertRaisesRegex(Exception, "NotImplemented.*AttributeError"):
            self.client("lightsail").get_instances()

    def test_unknown_sub_resources_are_no_listing(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="sub-resources")
        s3.put_object(Bucket="sub-resources", Key="a/key", Body=b"x")
        for method in ("get_bucket_policy_status", "get_bucket_request_payment", "list_bucket_analytics_configurations",
                       "list_bucket_metrics_configurations", "list_bucket_intelligent_tiering_configurations",
                       "get_bucket_metadata_table_configuration", "get_bucket_abac"):
            with self.subTest(method):
                self.assertEqual(self.refused(getattr(s3, method), Bucket="sub-resources"), UNSUPPORTED)
        self.assertEqual(self.refused(s3.get_object_torrent, Bucket="sub-resources", Key="a/key"), UNSUPPORTED)
        self.assertEqual(self.raw("GET", "/sub-resources?inventedTomorrow"), 501)
        self.assertEqual(self.raw("GET", "/sub-resources?prefix=a&list-type=2"), 200)

    def raw(self, method, path, host="anything.example.com"):
        connection = http.client.HTTPConnection(self.server.endpoint.removeprefix("http://"))
        self.addCleanup(connection.close)
        sign = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        connection.request(method, path, headers={"Authorization": sign, "Host": host})
        return connection.getresponse().status

    def test_any_host_is_served(self):
        self.client("s3").create_bucket(Bucket="a.virtual-host")
        for host, path, status in (("s3.eu-west-1.amazonaws.com", "/a.virtual-host?acl", 200),
                                   ("a.virtual-host.s3.us-east-1.amazonaws.com", "/?acl", 200),
                                   ("a.virtual-host.s3.us-east-1.amazonaws.com", "/?policyStatus", 501),
                                   ("a.virtual-host.s3.amazonaws.com", "/?policy", 404),
                                   ("123456789012.127.0.0.1", "/a.virtual-host?acl", 200)):
            with self.subTest(host + path):
                self.assertEqual(self.raw("GET", path, host), status)


class Buckets(local.Case):
    def test_new_ones_are_closed_encrypted_and_without_acls(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="fresh-bucket")
        block = s3.get_public_access_block(Bucket="fresh-bucket")["PublicAccessBlockConfiguration"]
        self.assertEqual(list(block.values()), [True] * 4)
        rule = s3.get_bucket_encryption(Bucket="fresh-bucket")["ServerSideEncryptionConfiguration"]["Rules"][0]
        self.assertEqual(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "AES256")
        owner = s3.get_bucket_ownership_controls(Bucket="fresh-bucket")["OwnershipControls"]["Rules"][0]
        self.assertEqual(owner["ObjectOwnership"], "BucketOwnerEnforced")
        self.assertEqual(self.refused(s3.put_bucket_acl, Bucket="fresh-bucket", ACL="public-read"),
                         (400, "AccessControlListNotSupported"))

    def test_the_api_changes_them(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="opened-bucket", ObjectOwnership="ObjectWriter")
        self.assertEqual(self.refused(s3.put_bucket_acl, Bucket="opened-bucket", ACL="public-read"), (403, "AccessDenied"))
        s3.delete_public_access_block(Bucket="opened-bucket")
        s3.delete_bucket_encryption(Bucket="opened-bucket")
        s3.put_bucket_acl(Bucket="opened-bucket", ACL="public-read")
        self.assertIn("AllUsers", str(s3.get_bucket_acl(Bucket="opened-bucket")["Grants"]))
        self.assertEqual(self.refused(s3.get_public_access_block, Bucket="opened-bucket")[0], 404)
        self.assertIn("AES256", str(s3.get_bucket_encryption(Bucket="opened-bucket")))

    def test_listing_pages_and_tells_the_region(self):
        s3 = self.client("s3", "eu-west-1", "management")
        for name in ("page-a", "page-b", "page-c"):
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        first = s3.list_buckets(MaxBuckets=2, Prefix="page-")
        rest = s3.list_buckets(MaxBuckets=2, Prefix="page-", ContinuationToken=first["ContinuationToken"])
        found = first["Buckets"] + rest["Buckets"]
        self.assertEqual([b["Name"] for b in found], ["page-a", "page-b", "page-c"])
        self.assertEqual({b["BucketRegion"] for b in found}, {"eu-west-1"})
        self.assertNotIn("ContinuationToken", rest)
        self.assertNotIn("BucketRegion", s3.list_buckets()["Buckets"][0])


class Regions(local.Case):
    def names(self, **kwargs):
        return {r["RegionName"] for r in self.client("ec2").describe_regions(**kwargs)["Regions"]}

    def opt(self, *values):
        return [{"Name": "opt-in-status", "Values": list(values)}]

    def test_listing_and_filters(self):
        enabled, everything = self.names(), self.names(AllRegions=True)
        self.assertEqual(len(enabled), 17)
        self.assertLess(enabled, everything)
        off = self.names(Filters=self.opt("not-opted-in"))
        self.assertLess({"ap-east-1", "me-south-1", "af-south-1", "eu-south-1"}, off)
        self.assertEqual(off | enabled, everything)
        self.assertEqual(self.names(Filters=self.opt("opt-in-not-required", "opted-in")), enabled)
        self.assertEqual(self.names(RegionNames=["eu-west-1"]), {"eu-west-1"})

    def test_a_disabled_region_refuses_everyone(self):
        for service, method, answer in (("ec2", "describe_vpcs", (401, "AuthFailure")),
                                        ("lambda", "list_functions", (403, "UnrecognizedClientException")),
                                        ("kms", "list_keys", (400, "UnrecognizedClientException")),
                                        ("rds", "describe_db_instances", (403, "InvalidClientTokenId")),
                                        ("cloudwatch", "describe_alarms", (400, "UnrecognizedClientException"))):
            with self.subTest(service):
                self.assertEqual(self.refused(getattr(self.client(service, "ap-east-1"), method)), answer)

    def test_until_the_account_enables_it(self):
        account = self.client("account")
        account.enable_region(RegionName="eu-south-1")
        self.assertEqual(account.get_region_opt_status(RegionName="eu-south-1")["RegionOptStatus"], "ENABLED")
        self.assertIn("eu-south-1", self.names(Filters=self.opt("opted-in")))
        self.client("ec2", "eu-south-1").describe_vpcs()
        account.disable_region(RegionName="eu-south-1")
        self.assertEqual(self.refused(self.client("ec2", "eu-south-1").describe_vpcs)[0], 401)


class Accounts(local.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        organizations = cls.cloud.client("management", "us-east-1", "organizations")
        organizations.create_organization(FeatureSet="ALL")
        status = organizations.create_account(AccountName="member", Email="member@example.com")["CreateAccountStatus"]
        cls.member = status["AccountId"]
        keys = cls.assume(cls, "OrganizationAccountAccessRole")
        cls.cloud.add_account("member", cls.member, keys)

    def assume(self, role, **kwargs):
        arn = f"arn:aws:iam::{self.member}:role/{role}"
        sts = self.cloud.client("management", "us-east-1", "sts")
        return sts.assume_role(RoleArn=arn, RoleSessionName="test", **kwargs)["Credentials"]

    def role(self, name, **statement):
        document = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, **statement}]}
        self.client("iam", account="member").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))

    def test_a_role_that_is_not_there(self):
        self.assertEqual(self.refused(self.assume, "Nobody"), (403, "AccessDenied"))

    def test_the_external_id_must_be_right(self):
        self.role("Vendor", Condition={"StringEquals": {"sts:ExternalId": "right"}})
        self.assertEqual(self.refused(self.assume, "Vendor"), (403, "AccessDenied"))
        self.assertEqual(self.refused(self.assume, "Vendor", ExternalId="wrong"), (403, "AccessDenied"))
        self.assertTrue(self.assume("Vendor", ExternalId="right")["SessionToken"])

    def test_the_trust_must_be_for_the_caller(self):
        self.role("Service", Principal={"Service": "ec2.amazonaws.com"})
        self.role("Stranger", Principal={"AWS": "arn:aws:iam::999988887777:root"})
        self.assertEqual(self.refused(self.assume, "Service"), (403, "AccessDenied"))
        self.assertEqual(self.refused(self.assume, "Stranger"), (403, "AccessDenied"))

    def test_buckets_are_not_read_across_accounts(self):
        self.client("s3").create_bucket(Bucket="not-yours")
        self.assertEqual(self.refused(self.client("s3", account="member").get_bucket_policy, Bucket="not-yours"),
                         (403, "AccessDenied"))

    def test_the_credential_report_starts_with_root_and_knows_the_past(self):
        iam = self.client("iam", account="member")
        iam.create_user(UserName="old")
        iam.create_access_key(UserName="old")
        self.cloud.control("history", {"account": self.member, "user": "old", "keys": [{"created_days": 200}]})
        self.cloud.control("root", {"account": self.member, "mfa": True})
        iam.generate_credential_report()
        rows = list(csv.DictReader(io.StringIO(iam.get_credential_report()["Content"].decode())))
        self.assertEqual([row["user"] for row in rows], ["<root_account>", "old"])
        self.assertEqual((rows[0]["mfa_active"], rows[0]["password_enabled"]), ("true", "not_supported"))
        age = time.time() - time.mktime(time.strptime(rows[1]["access_key_1_last_rotated"][:10], "%Y-%m-%d"))
        self.assertAlmostEqual(age / 86400, 200, delta=2)
        self.assertEqual(iam.get_account_summary()["SummaryMap"]["AccountMFAEnabled"], 1)

    def test_authorization_details_have_only_policies_in_use(self):
        self.assertLess(len(self.client("iam").get_account_authorization_details()["Policies"]), 10)


class Answers(local.Case):
    def test_public_snapshots_are_the_shared_ones(self):
        ec2 = self.client("ec2")
        volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
        kept, shared = [ec2.create_snapshot(VolumeId=volume)["SnapshotId"] for _ in range(2)]
        ec2.modify_snapshot_attribute(SnapshotId=shared, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"])
        public = ec2.describe_snapshots(OwnerIds=["self"], RestorableByUserIds=["all"])["Snapshots"]
        self.assertEqual([s["SnapshotId"] for s in public], [shared])
        self.assertEqual({s["SnapshotId"] for s in ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"]}, {kept, shared})

    def test_macie_is_off_until_switched_on(self):
        macie = self.client("macie2")
        self.assertEqual(self.refused(macie.get_macie_session), (403, "AccessDeniedException"))
        macie.enable_macie()
        self.assertEqual(macie.get_macie_session()["status"], "ENABLED")

    def test_inspector_is_off_until_switched_on(self):
        inspector = self.client("inspector2")

        def status():
            found, = inspector.batch_get_account_status(accountIds=["123456789012"])["accounts"]
            return found["state"]["status"], found["resourceState"]["ec2"]["status"], found["resourceState"]["ecr"]["status"]

        self.assertEqual(status(), ("DISABLED", "DISABLED", "DISABLED"))
        inspector.enable(accountIds=["123456789012"], resourceTypes=["EC2"])
        self.assertEqual(status(), ("ENABLED", "ENABLED", "DISABLED"))

    def test_trails_are_listed_for_all_regions_and_described_for_their_own(self):
        self.client("s3").create_bucket(Bucket="trails-of-ireland")
        away = self.client("cloudtrail", "eu-west-1")
        away.create_trail(Name="ireland-only", S3BucketName="trails-of-ireland")
        home = self.client("cloudtrail")
        self.assertIn(("ireland-only", "eu-west-1"), [(t["Name"], t["HomeRegion"]) for t in home.list_trails()["Trails"]])
        self.assertNotIn("ireland-only", [t["Name"] for t in home.describe_trails()["trailList"]])
        self.assertIn("ireland-only", [t["Name"] for t in away.describe_trails()["trailList"]])

    def test_cloudwatch_speaks_cbor(self):
        self.client("cloudwatch").put_metric_alarm(
            AlarmName="root", Namespace="Trail", MetricName="RootUse", Statistic="Sum", Period=300, EvaluationPeriods=1,
            Threshold=1.5, ComparisonOperator="GreaterThanThreshold", AlarmActions=["arn:aws:sns:us-east-1:123456789012:alerts"])
        status, found = self.cbor("DescribeAlarms", b"\xbf\xff")  # {}
        self.assertEqual((status, found["MetricAlarms"][0]["AlarmName"], found["MetricAlarms"][0]["Threshold"]), (200, "root", 1.5))
        status, error = self.cbor("GetDashboard", b"\xa1\x6dDashboardName\x62no")
        self.assertEqual((status, error["__type"]), (404, "ResourceNotFound"))
        status, error = self.cbor("ListManagedInsightRules", b"\xbf\xff")
        self.assertEqual((status, error["__type"]), UNSUPPORTED)

    def cbor(self, operation, body):
        """Status and body of a CloudWatch call, as the Go SDK makes it."""
        connection = http.client.HTTPConnection(self.server.endpoint.removeprefix("http://"))
        self.addCleanup(connection.close)
        sign = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=0"
        connection.request("POST", f"/service/GraniteServiceVersion20100801/operation/{operation}", body, {
            "Authorization": sign, "Smithy-Protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"})
        answer, parser = connection.getresponse(), create_parser("smithy-rpc-v2-cbor")
        return answer.status, parser.parse_data_item(parser.get_peekable_stream_from_bytes(answer.read()))


class Faults(local.Case):
    def setUp(self):
        self.cloud.control("reset", {})

    def faults(self, *rules):
        self.cloud.control("faults", list(rules))

    def test_denied_in_the_words_of_the_service(self):
        self.client("s3").create_bucket(Bucket="denied-bucket")
        self.faults({"kind": "deny", "operation": "s3:GetBucketPolicy", "account": "123456789012"},
                    {"kind": "deny", "operation": "ec2:Describe*"}, {"kind": "deny", "operation": "kms:ListKeys"},
                    {"kind": "deny", "operation": "iam:*", "account": "000000000000"})
        self.assertEqual(self.refused(self.client("s3").get_bucket_policy, Bucket="denied-bucket"), (403, "AccessDenied"))
        self.assertEqual(self.refused(self.client("ec2").describe_vpcs), (403, "UnauthorizedOperation"))
        self.assertEqual(self.refused(self.client("kms").list_keys), (400, "AccessDeniedException"))
        self.client("iam").list_users()
        self.client("s3").get_bucket_acl(Bucket="denied-bucket")

    def test_throttled_for_the_first_calls(self):
        self.faults({"kind": "throttle", "operation": "sqs:ListQueues", "times": 2})
        queues = self.client("sqs").list_queues
        self.assertEqual([self.refused(queues)[1] for _ in range(2)], ["ThrottlingException"] * 2)
        queues()

    def test_errors_of_ones_own_and_latency(self):
        self.faults({"kind": "error", "operation": "sts:*", "code": "ExpiredToken", "status": 403},
                    {"kind": "delay", "operation": "sns:ListTopics", "delay_ms": 200})
        self.assertEqual(self.refused(self.client("sts").get_caller_identity), (403, "ExpiredToken"))
        start = time.monotonic()
        self.client("sns").list_topics()
        self.assertGreater(time.monotonic() - start, 0.2)

    def test_calls_are_counted(self):
        for _ in range(3):
            self.client("s3").list_buckets()
        self.client("elbv2", "eu-west-1").describe_load_balancers()
        counts = {(c["account"], c["region"], c["operation"]): c["count"] for c in self.cloud.control("calls", {})}
        self.assertEqual(counts, {("123456789012", "us-east-1", "s3:ListBuckets"): 3,
                                  ("123456789012", "eu-west-1", "elasticloadbalancing:DescribeLoadBalancers"): 1})

    def test_a_wrong_rule_is_refused(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.faults({"kind": "explode"})
        self.addCleanup(caught.exception.close)
        self.assertIn("explode", json.load(caught.exception)["error"])


if __name__ == "__main__":
    unittest.main()
