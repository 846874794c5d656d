"""What AWS's audit trail tells of each change, put into one queue as EventBridge would.

AWS records a call in CloudTrail, EventBridge hands it from the account's bus to that of the audit account, and a
rule there to a queue. moto knows neither the trail nor rules across accounts, so the record goes straight into the
queue, with the account that EventBridge would name.
"""

import io
import json
import re
import threading
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import unquote

import accounts
import strict
import wire
from botocore.parsers import create_parser

QUEUE, REGION = "stance-events", "us-east-1"
READS = ("Get", "List", "Describe", "Head", "BatchGet", "Lookup", "Search", "Select", "Filter", "Query", "Scan", "Test", "Simulate",
         "Assume", "Generate", "Decode", "Detect", "Validate")
# Calls on data, of which the trail tells only when it is asked to.
DATA = {
    "s3": re.compile(r".*(Object|ObjectAcl|ObjectTagging|Objects|MultipartUpload|UploadPart|UploadPartCopy)$"),
    "sqs": re.compile(r".*Message.*"), "sns": re.compile(r"Publish.*"), "dynamodb": re.compile(r".*(Item|Items|Statement)$"),
    "lambda": re.compile(r"Invoke.*"), "kms": re.compile(r"(En|De|ReEn)crypt|Sign|Verify.*"), "logs": re.compile(r"PutLogEvents"),
    "events": re.compile(r"PutEvents"), "kinesis": re.compile(r"PutRecords?"), "firehose": re.compile(r"PutRecord.*"),
    "monitoring": re.compile(r"PutMetricData"), "sts": re.compile(r".*"),
}
# How CloudTrail names calls that the SDKs name otherwise.
NAMES = {
    "s3:PutBucketLifecycleConfiguration": "PutBucketLifecycle", "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
    "s3:PutPublicAccessBlock": "PutBucketPublicAccessBlock", "s3:DeletePublicAccessBlock": "DeleteBucketPublicAccessBlock",
    "s3:PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "lambda:CreateFunction": "CreateFunction20150331", "lambda:DeleteFunction": "DeleteFunction20150331",
    "lambda:UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "lambda:UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "lambda:AddPermission": "AddPermission20150331v2", "lambda:RemovePermission": "RemovePermission20150331v2",
    "lambda:TagResource": "TagResource20170331v2", "lambda:UntagResource": "UntagResource20170331v2",
}


class Tee(strict.Strict):
    """Strict that tells of each change. The queue of the account holds what was told."""

    def __init__(self, app, account):
        super().__init__(app)
        from moto.sqs import sqs_backends

        self._queues = sqs_backends[account][REGION]
        self._queues.create_queue(QUEUE, {})
        self._told = threading.Condition()
        self.path = f"/{account}/{QUEUE}"

    def _answer(self, call, environ):
        if call.name == "sqs:ReceiveMessage":
            return self._receive(call, environ)
        response = super()._answer(call, environ)
        if 200 <= response.status < 300 and changes(call):
            self._tell(record(call, response))
        return response

    def _tell(self, event):
        with self._lock:
            self._queues.send_message(QUEUE, json.dumps(event))
        with self._told:
            self._told.notify_all()

    def _receive(self, call, environ):
        """Waits for messages without keeping other requests from being answered."""
        seconds, body = _without_wait(call)
        environ["CONTENT_LENGTH"] = str(len(body))
        end = time.monotonic() + seconds
        while True:
            environ["wsgi.input"] = io.BytesIO(body)
            response = super()._answer(call, environ)
            if b"ReceiptHandle" in response.body or response.status != 200 or time.monotonic() >= end:
                return response
            with self._told:
                self._told.wait(min(0.05, max(0, end - time.monotonic())))


def _without_wait(call):
    if call.protocol == "json":
        request = call.json()
        seconds = request.pop("WaitTimeSeconds", 0)
        return float(seconds), json.dumps({**request, "WaitTimeSeconds": 0}).encode()
    seconds = call.params.get("WaitTimeSeconds", "0")
    return float(seconds), re.sub(rb"WaitTimeSeconds=\d+", b"WaitTimeSeconds=0", call.body)


def changes(call):
    """Whether the call is a management event that changes something."""
    if not call.operation or call.operation.startswith(READS):
        return False
    return not (call.service in DATA and DATA[call.service].fullmatch(call.operation))


def record(call, response):
    """The event as EventBridge delivers it: the record of CloudTrail in its envelope."""
    account, now = accounts.of_key(call.access_key), datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    region = "us-east-1" if call.service in ("iam", "cloudfront", "route53", "organizations") else call.region
    request, answer = parameters(call), elements(call, response)
    detail = {
        "eventVersion": "1.11", "userIdentity": _identity(call, account), "eventTime": now,
        "eventSource": f"{call.service}.amazonaws.com", "eventName": _name(call), "awsRegion": region,
        "sourceIPAddress": "198.51.100.1", "userAgent": call.headers.get("user-agent", ""),
        "requestParameters": request or None, "responseElements": answer or None, "requestID": uuid.uuid4().hex,
        "eventID": str(uuid.uuid4()), "readOnly": False, "eventType": "AwsApiCall", "managementEvent": True,
        "recipientAccountId": account, "eventCategory": "Management",
    }
    if call.service == "s3" and "bucketName" in (request or {}):
        detail["resources"] = [{"accountId": account, "type": "AWS::S3::Bucket", "ARN": f"arn:aws:s3:::{request['bucketName']}"}]
    return {"version": "0", "id": str(uuid.uuid4()), "detail-type": "AWS API Call via CloudTrail", "source": f"aws.{call.service}",
            "account": account, "time": now, "region": region, "resources": [], "detail": detail}


def _name(call):
    if call.service == "s3" and call.path.startswith("/v20180820/") and call.operation.endswith("PublicAccessBlock"):
        return call.operation.replace("PublicAccessBlock", "AccountPublicAccessBlock")
    if call.service == "cloudfront":
        return call.operation + "2020_05_31"
    return NAMES.get(call.name, call.operation)


def _identity(call, account):
    arn = accounts.caller_arn(call.access_key)
    if not arn:
        return {"type": "Root", "principalId": account, "arn": f"arn:aws:iam::{account}:root", "accountId": account}
    name = arn.rsplit("/", 1)[-1]
    if ":role/" not in arn:
        return {"type": "IAMUser", "principalId": "AIDALOCAL", "arn": arn, "accountId": account, "userName": name}
    session = accounts.session_of(call.access_key)
    return {"type": "AssumedRole", "principalId": f"AROALOCAL:{session}", "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
            "accountId": account, "sessionContext": {"sessionIssuer": {"type": "Role", "arn": arn, "accountId": account, "userName": name}}}


def parameters(call):
    """What was asked, in CloudTrail's casing."""
    if call.protocol == "json":
        return _lower(call.json())
    if call.protocol in ("query", "ec2"):
        flat = {k: v for k, v in call.params.items() if k not in ("Action", "Version")}
        return _lower(_nested(flat, call.protocol))
    request = _of_path(call)
    if call.service == "s3":
        request["bucketName"] = request.pop("bucket", None) or call.path.strip("/").split("/")[0]
        if call.operation == "PutBucketPolicy":
            request["bucketPolicy"] = json.loads(call.body or b"{}")
    elif call.protocol == "rest-json" and call.body.lstrip().startswith(b"{"):
        request.update(_lower(call.json()))
    return request


def _of_path(call):
    """The parameters of a REST call that its address holds."""
    for name in wire.MODELS.get(call.service, [call.service]):
        model = wire._model(name)
        if model is None or call.operation not in model.operation_names:
            continue
        pattern = re.escape(model.operation_model(call.operation).http["requestUri"].partition("?")[0])
        pattern = re.sub(r"\\\{(\w+)(?:\\\+)?\\\}", r"(?P<\1>.+?)", pattern).rstrip("/") + "/?"
        if found := re.fullmatch(pattern, call.path):
            return {_small(k): unquote(v) for k, v in found.groupdict().items()}
    return {}


def elements(call, response):
    """What was answered, in CloudTrail's casing; nothing where the answer is none of the model."""
    for name in wire.MODELS.get(call.service, [call.service]):
        model = wire._model(name)
        if model is None or call.operation not in model.operation_names:
            continue
        shape = model.operation_model(call.operation).output_shape
        if shape is None or not response.body:
            return {}
        try:
            parsed = create_parser(model.metadata["protocol"]).parse(
                {"status_code": response.status, "headers": dict(response.headers), "body": response.body}, shape)
        except Exception:  # an answer that botocore cannot read tells nothing
            return {}
        parsed.pop("ResponseMetadata", None)
        return _lower(json.loads(json.dumps(parsed, default=str)))
    return {}


def _nested(flat, protocol):
    """Names.1=a, Permissions.1.FromPort=22 as lists and dictionaries; EC2's lists are {"items": [...]}."""
    tree = {}
    for key, value in sorted(flat.items()):
        at, parts = tree, key.split(".")
        for part in parts[:-1]:
            at = at.setdefault(part, {})
            if not isinstance(at, dict):
                break
        if isinstance(at, dict):
            at[parts[-1]] = value
    return _lists(tree, protocol)


def _lists(tree, protocol):
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"member"}:
        return _lists(tree["member"], protocol)
    if tree and all(k.isdigit() for k in tree):
        items = [_lists(tree[k], protocol) for k in sorted(tree, key=int)]
        return {"items": items} if protocol == "ec2" else items
    return {k: _lists(v, protocol) for k, v in tree.items()}


def _lower(value):
    if isinstance(value, dict):
        return {_small(k): _lower(v) for k, v in value.items()}
    return [_lower(v) for v in value] if isinstance(value, list) else value


def _small(name):
    return name[:1].lower() + name[1:]
