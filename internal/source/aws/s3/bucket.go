package s3

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Bucket is an S3 bucket with the settings that decide who can read it, whether
// content survives, and whether use leaves a trace.
type Bucket struct {
	// PublicAccessBlock holds the bucket's own four switches; all false when unset.
	PublicAccessBlock PublicAccessBlock `json:"public_access_block"`
	// Policy is the bucket policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// Grants are the entries of the access list.
	Grants []Grant `json:"grants"`
	// Ownership is BucketOwnerEnforced (access lists are off), BucketOwnerPreferred
	// or ObjectWriter; empty for buckets made before the setting existed, which
	// behave as ObjectWriter.
	Ownership string `json:"ownership"`
	// Encryption is the default encryption; absent when the bucket has none of its
	// own, which since 2023 means keys of S3.
	Encryption *Encryption `json:"encryption,omitempty"`
	// Versioning says whether overwritten and deleted objects can be had back.
	Versioning Versioning `json:"versioning"`
	// Logging is where access logs go; absent when they are off.
	Logging *Logging `json:"logging,omitempty"`
	// Lifecycle are the rules that move or delete objects with age.
	Lifecycle []LifecycleRule `json:"lifecycle"`
	// ObjectLock says whether objects can be protected from deletion; absent when off.
	ObjectLock *ObjectLock `json:"object_lock,omitempty"`
	// Website says whether the bucket answers as a web site.
	Website bool `json:"website"`
	// ReplicationTargets are the buckets that copies of objects go to.
	ReplicationTargets []string `json:"replication_targets"`
	// EventTargets are the topics, queues and functions told of changes.
	EventTargets []string `json:"event_targets"`
	// EventBridge says whether changes are told to EventBridge.
	EventBridge bool `json:"event_bridge"`
}

// Grant is an entry of an access list.
type Grant struct {
	// Grantee is a canonical user id or the address of a group.
	Grantee string `json:"grantee"`
	// Group is everyone, authenticated (anyone with any AWS account), log-delivery,
	// or empty for a single grantee.
	Group string `json:"group"`
	// Permission is READ, WRITE, READ_ACP, WRITE_ACP or FULL_CONTROL.
	Permission string `json:"permission"`
}

// Encryption is the default encryption of new objects.
type Encryption struct {
	// Algorithm is AES256, aws:kms or aws:kms:dsse.
	Algorithm string `json:"algorithm"`
	// KeyID is the KMS key; empty for the keys of S3 or the AWS managed key.
	KeyID string `json:"key_id"`
	// BucketKey says whether a key per bucket saves calls to KMS.
	BucketKey bool `json:"bucket_key"`
}

// Versioning is whether a bucket keeps old versions.
type Versioning struct {
	// Enabled is whether new versions are kept.
	Enabled bool `json:"enabled"`
	// MFADelete is whether deleting a version takes the root user's second factor.
	MFADelete bool `json:"mfa_delete"`
}

// Logging is where access logs go.
type Logging struct {
	// Bucket is the name of the receiving bucket.
	Bucket string `json:"bucket"`
	// Prefix stands before each log object's key.
	Prefix string `json:"prefix"`
}

// LifecycleRule is a rule that moves or deletes objects with age.
type LifecycleRule struct {
	// ID is the rule's name.
	ID string `json:"id"`
	// Enabled is whether the rule is on.
	Enabled bool `json:"enabled"`
	// ExpirationDays is when current objects are deleted; 0 when never by age.
	ExpirationDays int `json:"expiration_days"`
	// NoncurrentDays is when old versions are deleted; 0 when never by age.
	NoncurrentDays int `json:"noncurrent_days"`
	// Transitions is whether objects move to a colder class.
	Transitions bool `json:"transitions"`
	// AbortUploadsDays is when unfinished uploads are dropped; 0 when never.
	AbortUploadsDays int `json:"abort_uploads_days"`
}

// ObjectLock is protection of objects from deletion.
type ObjectLock struct {
	// Enabled is whether objects may be locked.
	Enabled bool `json:"enabled"`
	// Mode is the default, GOVERNANCE or COMPLIANCE; empty when there is no default.
	Mode string `json:"mode"`
	// Days is the default retention; 0 when there is no default.
	Days int `json:"days"`
}

var bucket = source.Type[*aws.Session, Bucket]{
	Name:     "aws_s3_bucket",
	Service:  "s3",
	Locality: source.Global,
	Always:   true,
	Calls: []source.Call{
		{Op: "ListBuckets", Permission: "s3:ListAllMyBuckets"},
		{Op: "GetPublicAccessBlock", Permission: "s3:GetBucketPublicAccessBlock", Fills: []string{"public_access_block"}},
		{Op: "GetBucketPolicy", Permission: "s3:GetBucketPolicy", Fills: []string{"policy"}},
		{Op: "GetBucketAcl", Permission: "s3:GetBucketAcl", Fills: []string{"grants"}},
		{Op: "GetBucketOwnershipControls", Permission: "s3:GetBucketOwnershipControls", Fills: []string{"ownership"}},
		{Op: "GetBucketEncryption", Permission: "s3:GetEncryptionConfiguration", Fills: []string{"encryption"}},
		{Op: "GetBucketVersioning", Permission: "s3:GetBucketVersioning", Fills: []string{"versioning"}},
		{Op: "GetBucketLogging", Permission: "s3:GetBucketLogging", Fills: []string{"logging"}},
		{Op: "GetBucketLifecycleConfiguration", Permission: "s3:GetLifecycleConfiguration", Fills: []string{"lifecycle"}},
		{Op: "GetObjectLockConfiguration", Permission: "s3:GetBucketObjectLockConfiguration", Fills: []string{"object_lock"}},
		{Op: "GetBucketWebsite", Permission: "s3:GetBucketWebsite", Fills: []string{"website"}},
		{Op: "GetBucketReplication", Permission: "s3:GetReplicationConfiguration", Fills: []string{"replication_targets"}},
		{Op: "GetBucketNotificationConfiguration", Permission: "s3:GetBucketNotification", Fills: []string{"event_targets", "event_bridge"}},
		{Op: "GetBucketTagging", Permission: "s3:GetBucketTagging", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateBucket", "DeleteBucket", "PutBucketAcl", "PutBucketPolicy", "DeleteBucketPolicy", "PutBucketPublicAccessBlock",
		"DeleteBucketPublicAccessBlock", "PutBucketEncryption", "DeleteBucketEncryption", "PutBucketVersioning",
		"PutBucketLogging", "PutBucketLifecycle", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls",
		"PutBucketObjectLockConfiguration", "PutBucketWebsite", "DeleteBucketWebsite", "PutBucketReplication",
		"DeleteBucketReplication", "PutBucketNotification", "PutBucketTagging", "DeleteBucketTagging",
		"DeleteBucketLifecycle",
	},
	Gone:   []string{"NoSuchBucket"},
	List:   listBuckets,
	Detail: readBucket,
	Facets: bucketFacets,
}

// listBuckets asks for a page size, because only then does S3 name each bucket's
// region, which saves a call per bucket.
func listBuckets(ctx context.Context, s *aws.Session, found func(*source.Draft[Bucket])) error {
	size := int32(1000)
	pages := sdk.NewListBucketsPaginator(client(s), &sdk.ListBucketsInput{MaxBuckets: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, b := range page.Buckets {
			name := aws.Value(b.Name)
			found(&source.Draft[Bucket]{
				ID: "arn:" + s.Partition + ":s3:::" + name, Name: name,
				Region: regionOf(s, aws.Value(b.BucketRegion)), Created: aws.Value(b.CreationDate).In(time.UTC),
			})
		}
	}
	return nil
}

func regionOf(s *aws.Session, region string) string {
	if region == "" {
		return s.Region
	}
	return region
}
