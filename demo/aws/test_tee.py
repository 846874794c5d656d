"""The tee, over the wire: each change is told once, as CloudTrail would, to the audit account's queue."""

import json
import threading
import unittest

import local
from seeder.place import Cloud

AUDIT = "123456789012"  # of every key that nobody created


class Tee(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = local.Server("--events", AUDIT)
        cls.addClassCleanup(cls.server.stop)
        cls.cloud = Cloud(cls.server.endpoint)
        cls.cloud.add_account("management", "123456789012")
        cls.cloud.add_account("audit", AUDIT)

    def client(self, service, region="eu-west-1"):
        return self.cloud.client("management", region, service)

    def told(self, wait=0):
        sqs, events = self.cloud.client("audit", "us-east-1", "sqs"), []
        while messages := sqs.receive_message(QueueUrl=self.server.queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait).get("Messages"):
            events += [json.loads(m["Body"]) for m in messages]
            for m in messages:
                sqs.delete_message(QueueUrl=self.server.queue, ReceiptHandle=m["ReceiptHandle"])
            wait = 0
        return events

    def setUp(self):
        self.told()

    def test_a_bucket(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="told", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_public_access_block(Bucket="told", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
        s3.put_bucket_lifecycle_configuration(Bucket="told", LifecycleConfiguration={
            "Rules": [{"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]})
        s3.put_object(Bucket="told", Key="data", Body=b"x")
        s3.get_bucket_acl(Bucket="told")
        events = self.told()
        self.assertEqual([e["detail"]["eventName"] for e in events], ["CreateBucket", "PutBucketPublicAccessBlock", "PutBucketLifecycle"])
        for e in events:
            self.assertEqual((e["detail-type"], e["source"], e["account"]), ("AWS API Call via CloudTrail", "aws.s3", "123456789012"))
            self.assertEqual(e["detail"]["recipientAccountId"], "123456789012")
            self.assertEqual(e["detail"]["awsRegion"], "eu-west-1")
            self.assertEqual(e["detail"]["requestParameters"]["bucketName"], "told")
            self.assertEqual(e["detail"]["resources"][0]["ARN"], "arn:aws:s3:::told")
        self.assertEqual(len({e["detail"]["eventID"] for e in events}), 3)

    def test_the_account_block(self):
        self.client("s3control").put_public_access_block(AccountId="123456789012", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
        self.assertEqual([e["detail"]["eventName"] for e in self.told()], ["PutAccountPublicAccessBlock"])

    def test_a_security_group(self):
        ec2 = self.client("ec2")
        group = ec2.create_security_group(GroupName="told", Description="x")["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
        made, opened = (e["detail"] for e in self.told())
        self.assertEqual(made["responseElements"]["groupId"], group)
        self.assertEqual(opened["requestParameters"]["groupId"], group)
        rule = opened["requestParameters"]["ipPermissions"]["items"][0]
        self.assertEqual((rule["fromPort"], rule["ipRanges"]["items"][0]["cidrIp"]), ("22", "0.0.0.0/0"))

    def test_json_and_query_and_global(self):
        self.client("kms").create_key(Description="told")
        self.client("iam").create_role(RoleName="told", AssumeRolePolicyDocument="{}")
        key, role = self.told()
        self.assertEqual(key["detail"]["requestParameters"], {"description": "told"})
        self.assertIn(":key/", key["detail"]["responseElements"]["keyMetadata"]["arn"])
        self.assertEqual((role["region"], role["detail"]["requestParameters"]["roleName"]), ("us-east-1", "told"))

    def test_what_fails_is_not_told(self):
        with self.assertRaises(Exception):
            self.client("s3").put_bucket_acl(Bucket="never-there", ACL="private")
        self.assertEqual(self.told(), [])

    def test_waiting_keeps_nobody(self):
        got = []
        reader = threading.Thread(target=lambda: got.extend(self.told(wait=10)))
        reader.start()
        self.client("sns").create_topic(Name="told")
        reader.join()
        self.assertEqual([e["detail"]["eventName"] for e in got], ["CreateTopic"])


if __name__ == "__main__":
    unittest.main()
