"""Object storage."""

from ..kind import Kind, call, register

ACCOUNT = {"AccountId": "id"}


def _bucket(place, spec, params):
    """S3 takes a region but us-east-1, and tags only afterwards."""
    if place.region != "us-east-1":
        params.setdefault("CreateBucketConfiguration", {"LocationConstraint": place.region})
    call(place, spec, "s3", "create_bucket", {"Bucket": spec.name, **params})
    if spec.tags:
        rows = [{"Key": k, "Value": v} for k, v in spec.tags.items()]
        call(place, spec, "s3", "put_bucket_tagging", {"Bucket": spec.name, "Tagging": {"TagSet": rows}})
    return {}


def _account_block(place, spec, params):
    call(place, spec, "s3control", "put_public_access_block",
         {"AccountId": place.account_id, "PublicAccessBlockConfiguration": params})
    return {"id": place.account_id}


register(
    aws_s3_bucket=Kind("s3", "create_bucket", make=_bucket, arn="arn:aws:s3:::$(name)", keys={"Bucket": "name"},
                       read="get_bucket_location"),
    aws_s3_account_public_access_block=Kind("s3control", make=_account_block, keys=ACCOUNT,
                                            arn="arn:aws:s3::$(account):public-access-block", read="get_public_access_block"),
)
