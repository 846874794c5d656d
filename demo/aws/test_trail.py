"""The event history: what was changed, by whom, newest first."""

import json
import unittest

import boto3

import local
from seeder.place import CONFIG


class Trail(local.Case):
    def events(self, *attributes, client=None, **params):
        client = client or self.client("cloudtrail")
        rows = [{"AttributeKey": key, "AttributeValue": value} for key, value in attributes]
        return client.lookup_events(LookupAttributes=rows, **params)

    def test_changes_are_told_newest_first_on_pages(self):
        sns = self.client("sns", "eu-west-1")
        for name in "abc":
            sns.create_topic(Name=f"trail-{name}")
        sns.list_topics()
        trail, names, token = self.client("cloudtrail", "eu-west-1"), [], {}
        while True:
            page = self.events(("EventName", "CreateTopic"), client=trail, MaxResults=2, **token)
            names += [json.loads(e["CloudTrailEvent"])["responseElements"]["topicArn"].rsplit(":", 1)[-1] for e in page["Events"]]
            if "NextToken" not in page:
                break
            token = {"NextToken": page["NextToken"]}
        self.assertEqual([n for n in names if n.startswith("trail-")], ["trail-c", "trail-b", "trail-a"])
        self.assertEqual(self.events(("EventName", "ListTopics"), client=trail)["Events"], [])
        self.assertEqual(self.events(("ReadOnly", "true"), client=trail)["Events"], [])

    def test_each_region_has_its_own(self):
        self.client("sqs", "eu-west-2").create_queue(QueueName="trail-here")
        asked = ("EventName", "CreateQueue")
        self.assertTrue(self.events(asked, client=self.client("cloudtrail", "eu-west-2"))["Events"])
        self.assertEqual(self.events(asked, client=self.client("cloudtrail", "eu-west-3"))["Events"], [])

    def test_failures_are_left_out(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="trail-once")
        self.refused(s3.delete_bucket, Bucket="trail-never-was")
        buckets = [json.loads(e["CloudTrailEvent"])["requestParameters"]["bucketName"] for e in self.events(("EventSource", "s3.amazonaws.com"))["Events"]]
        self.assertIn("trail-once", buckets)
        self.assertNotIn("trail-never-was", buckets)

    def test_who_it_was(self):
        iam = self.client("iam")
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
        role = iam.create_role(RoleName="trail-builder", Path="/ci/", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        keys = self.client("sts").assume_role(RoleArn=role, RoleSessionName="ana@example.com")["Credentials"]
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        session.client("sns", endpoint_url=self.server.endpoint, config=CONFIG, region_name="us-east-1").create_topic(Name="by-ana")
        event = self.events(("EventName", "CreateTopic"))["Events"][0]
        identity = json.loads(event["CloudTrailEvent"])["userIdentity"]
        self.assertEqual(event["Username"], "ana@example.com")
        self.assertEqual(identity["arn"], "arn:aws:sts::123456789012:assumed-role/trail-builder/ana@example.com")
        self.assertEqual(identity["sessionContext"]["sessionIssuer"]["arn"], role)

    def test_what_cannot_be_asked(self):
        trail = self.client("cloudtrail")
        one = {"AttributeKey": "EventName", "AttributeValue": "x"}
        for params, code in (({"LookupAttributes": [one, one]}, "InvalidLookupAttributesException"),
                             ({"NextToken": "invented"}, "InvalidNextTokenException")):
            with self.subTest(code):
                self.assertEqual(self.refused(trail.lookup_events, **params), (400, code))


if __name__ == "__main__":
    unittest.main()
