"""The policies of functions, as AWS writes them."""

import io
import json
import zipfile

import local


class Policies(local.Case):
    def test_the_kind_of_address_is_a_condition(self):
        role = self.client("iam").create_role(RoleName="lambda-policy", AssumeRolePolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}))["Role"]["Arn"]
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("f.py", "def handle(event, context): pass")
        client = self.client("lambda")
        client.create_function(FunctionName="addressed", Role=role, Runtime="python3.13", Handler="f.handle", Code={"ZipFile": code.getvalue()})
        added = client.add_permission(FunctionName="addressed", StatementId="url", Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE")
        client.add_permission(FunctionName="addressed", StatementId="bucket", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com", SourceAccount="123456789012")
        url, bucket = json.loads(client.get_policy(FunctionName="addressed")["Policy"])["Statement"]
        for statement in url, json.loads(added["Statement"]):
            self.assertNotIn("FunctionUrlAuthType", statement)
            self.assertEqual(statement["Condition"], {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}})
        self.assertEqual(bucket["Condition"], {"StringEquals": {"AWS:SourceAccount": "123456789012"}})
