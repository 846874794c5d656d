"""S3 as it is today: new buckets are closed, ACLs are off unless asked for, and no sub-resource is mistaken for a listing."""

import re
from xml.sax.saxutils import escape

from moto.s3.models import PublicAccessBlock, s3_backends

import accounts
import wire

# What moto really answers on a bucket; it takes every other GET or PUT for ListObjects or CreateBucket.
ON_BUCKET = frozenset("""
CreateBucket DeleteBucket DeleteBucketCors DeleteBucketEncryption DeleteBucketInventoryConfiguration
DeleteBucketLifecycle DeleteBucketOwnershipControls DeleteBucketPolicy DeleteBucketReplication
DeleteBucketTagging DeleteBucketWebsite DeleteObjects DeletePublicAccessBlock
GetBucketAccelerateConfiguration GetBucketAcl GetBucketCors GetBucketEncryption
GetBucketInventoryConfiguration GetBucketLifecycleConfiguration GetBucketLocation GetBucketLogging
GetBucketNotificationConfiguration GetBucketOwnershipControls GetBucketPolicy GetBucketReplication
GetBucketTagging GetBucketVersioning GetBucketWebsite GetObjectLockConfiguration GetPublicAccessBlock
HeadBucket ListBucketInventoryConfigurations ListMultipartUploads ListObjectVersions ListObjects ListObjectsV2
PutBucketAccelerateConfiguration PutBucketAcl PutBucketCors PutBucketEncryption
PutBucketInventoryConfiguration PutBucketLifecycleConfiguration PutBucketLogging
PutBucketNotificationConfiguration PutBucketOwnershipControls PutBucketPolicy PutBucketReplication
PutBucketTagging PutBucketVersioning PutBucketWebsite PutObjectLockConfiguration PutPublicAccessBlock
""".split())
# And on an object; other GETs give the object itself.
ON_OBJECT = frozenset("""
AbortMultipartUpload CompleteMultipartUpload CopyObject CreateMultipartUpload DeleteObject DeleteObjectTagging
GetObject GetObjectAcl GetObjectAttributes GetObjectLegalHold GetObjectTagging HeadObject ListParts PutObject
PutObjectAcl PutObjectLegalHold PutObjectRetention PutObjectTagging RestoreObject UploadPart UploadPartCopy
""".split())
SSE_S3 = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": "false"}}
ENFORCED = "BucketOwnerEnforced"


def refuse_unknown(call):
    """Refuses what moto would answer with something else: an unknown operation or parameter."""
    if call.protocol != "s3" or call.path == "/":
        return None
    if call.operation not in ON_BUCKET | ON_OBJECT:
        return wire.unsupported(call, "no such sub-resource")
    if call.extra:
        return wire.unsupported(call, f"no such sub-resource or parameter: {', '.join(call.extra)}")
    return None


def answer(call):
    if call.name == "s3:ListBuckets":
        return _list_buckets(call)
    if call.name == "s3:PutBucketAcl" and (bucket := _bucket(call)):
        return _refuse_acl(call, bucket)
    return None


def _list_buckets(call):
    """Pages by MaxBuckets; BucketRegion is told when any parameter is given, as AWS has it."""
    found = sorted(_backend(call).buckets.values(), key=lambda b: b.name)
    after, most = call.query.get("continuation-token", ""), int(call.query.get("max-buckets", 10000))
    prefix, region = call.query.get("prefix", ""), call.query.get("bucket-region", "")
    found = [b for b in found if b.name > after and b.name.startswith(prefix) and region in ("", b.region_name)]
    asked = call.query.keys() & {"max-buckets", "continuation-token", "prefix", "bucket-region"}
    rows = [f"<Bucket><Name>{b.name}</Name><CreationDate>{b.creation_date_ISO8601}</CreationDate>"
            + (f"<BucketRegion>{b.region_name}</BucketRegion>" if asked else "") + "</Bucket>" for b in found[:most]]
    more = f"<ContinuationToken>{found[most - 1].name}</ContinuationToken>" if len(found) > most else ""
    account = accounts.of_key(call.access_key)
    return wire.xml_response(200, '<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                             f"<Owner><ID>{account}</ID></Owner><Buckets>{''.join(rows)}</Buckets>{more}"
                             f"<Prefix>{escape(prefix)}</Prefix></ListAllMyBucketsResult>")


def _refuse_acl(call, bucket):
    """With ACLs off none can be set; with BlockPublicAcls no public one."""
    if bucket.ownership_rule == ENFORCED:
        return wire.error(call, 400, "AccessControlListNotSupported", "The bucket does not allow ACLs")
    public = re.search("public-read|authenticated-read|AllUsers|AuthenticatedUsers", _grants(call))
    if public and bucket.public_access_block and bucket.public_access_block.block_public_acls:
        return wire.error(call, 403, "AccessDenied", "Public ACLs are blocked by the BlockPublicAcls setting of the bucket")
    return None


def _grants(call):
    headers = [v for k, v in call.headers.items() if k == "x-amz-acl" or k.startswith("x-amz-grant-")]
    return " ".join(headers) + call.body.decode("utf-8", "replace")


def apply_defaults(call, response):
    if call.name == "s3:CreateBucket" and (bucket := _bucket(call)) and bucket.public_access_block is None:
        bucket.public_access_block = PublicAccessBlock(True, True, True, True)
        bucket.ownership_rule = bucket.ownership_rule or ENFORCED
    if call.name in ("s3:CreateBucket", "s3:DeleteBucketEncryption") and (bucket := _bucket(call)) and not bucket.encryption:
        bucket.encryption = SSE_S3
    return response


def _backend(call):
    return s3_backends[accounts.of_key(call.access_key)]["aws"]


def _bucket(call):
    return _backend(call).buckets.get(call.path.strip("/"))
