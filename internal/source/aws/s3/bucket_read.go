package s3

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// reader reads the settings of one bucket, in the bucket's own region.
type reader struct {
	ctx    context.Context
	client *sdk.Client
	name   *string
	region func(*sdk.Options)
	into   *Bucket
}

func readBucket(ctx context.Context, s *aws.Session, d *source.Draft[Bucket]) error {
	name, region := d.Name, d.Region
	if region == "global" {
		region = s.Region
	}
	r := reader{ctx: ctx, client: client(s), name: &name, into: &d.Config, region: func(o *sdk.Options) { o.Region = region }}
	d.Try("public_access_block", r.block)
	d.Try("policy", r.policy)
	d.Try("grants", r.grants)
	d.Try("ownership", r.ownership)
	d.Try("encryption", r.encryption)
	d.Try("versioning", r.versioning)
	d.Try("logging", r.logging)
	d.Try("lifecycle", r.lifecycle)
	d.Try("object_lock", r.objectLock)
	d.Try("website", r.website)
	d.Try("replication_targets", r.replication)
	d.Try("event_targets", r.notifications, "event_bridge")
	d.Try("tags", func() error {
		tags, err := r.tags()
		d.Tags = tags
		return err
	})
	return nil
}

func (r reader) block() error {
	out, err := r.client.GetPublicAccessBlock(r.ctx, &sdk.GetPublicAccessBlockInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "NoSuchPublicAccessBlockConfiguration")
	}
	if c := out.PublicAccessBlockConfiguration; c != nil {
		r.into.PublicAccessBlock = PublicAccessBlock{
			BlockPublicACLs: aws.Value(c.BlockPublicAcls), IgnorePublicACLs: aws.Value(c.IgnorePublicAcls),
			BlockPublicPolicy: aws.Value(c.BlockPublicPolicy), RestrictPublicBuckets: aws.Value(c.RestrictPublicBuckets),
		}
	}
	return nil
}

func (r reader) policy() error {
	out, err := r.client.GetBucketPolicy(r.ctx, &sdk.GetBucketPolicyInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "NoSuchBucketPolicy")
	}
	r.into.Policy, err = policydoc.Parse(aws.Value(out.Policy))
	return err
}

// groups are the addresses by which an access list names many.
var groups = map[string]string{
	"http://acs.amazonaws.com/groups/global/AllUsers":           "everyone",
	"http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "authenticated",
	"http://acs.amazonaws.com/groups/s3/LogDelivery":            "log-delivery",
}

func (r reader) grants() error {
	out, err := r.client.GetBucketAcl(r.ctx, &sdk.GetBucketAclInput{Bucket: r.name}, r.region)
	if err != nil {
		return err
	}
	r.into.Grants = make([]Grant, 0, len(out.Grants))
	for _, g := range out.Grants {
		if g.Grantee == nil {
			continue
		}
		address := aws.Value(g.Grantee.URI)
		grantee := address
		if grantee == "" {
			grantee = aws.Value(g.Grantee.ID)
		}
		r.into.Grants = append(r.into.Grants, Grant{Grantee: grantee, Group: groups[address], Permission: string(g.Permission)})
	}
	return nil
}

func (r reader) ownership() error {
	out, err := r.client.GetBucketOwnershipControls(r.ctx, &sdk.GetBucketOwnershipControlsInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "OwnershipControlsNotFoundError")
	}
	if out.OwnershipControls != nil && len(out.OwnershipControls.Rules) > 0 {
		r.into.Ownership = string(out.OwnershipControls.Rules[0].ObjectOwnership)
	}
	return nil
}

func (r reader) encryption() error {
	out, err := r.client.GetBucketEncryption(r.ctx, &sdk.GetBucketEncryptionInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "ServerSideEncryptionConfigurationNotFoundError")
	}
	if out.ServerSideEncryptionConfiguration == nil {
		return nil
	}
	for _, rule := range out.ServerSideEncryptionConfiguration.Rules {
		if by := rule.ApplyServerSideEncryptionByDefault; by != nil {
			r.into.Encryption = &Encryption{Algorithm: string(by.SSEAlgorithm), KeyID: aws.Value(by.KMSMasterKeyID), BucketKey: aws.Value(rule.BucketKeyEnabled)}
		}
	}
	return nil
}

func (r reader) versioning() error {
	out, err := r.client.GetBucketVersioning(r.ctx, &sdk.GetBucketVersioningInput{Bucket: r.name}, r.region)
	if err != nil {
		return err
	}
	r.into.Versioning = Versioning{Enabled: out.Status == types.BucketVersioningStatusEnabled, MFADelete: out.MFADelete == types.MFADeleteStatusEnabled}
	return nil
}

func (r reader) logging() error {
	out, err := r.client.GetBucketLogging(r.ctx, &sdk.GetBucketLoggingInput{Bucket: r.name}, r.region)
	if err != nil {
		return err
	}
	if out.LoggingEnabled != nil {
		r.into.Logging = &Logging{Bucket: aws.Value(out.LoggingEnabled.TargetBucket), Prefix: aws.Value(out.LoggingEnabled.TargetPrefix)}
	}
	return nil
}

func (r reader) lifecycle() error {
	out, err := r.client.GetBucketLifecycleConfiguration(r.ctx, &sdk.GetBucketLifecycleConfigurationInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "NoSuchLifecycleConfiguration")
	}
	for _, rule := range out.Rules {
		r.into.Lifecycle = append(r.into.Lifecycle, lifecycleRule(rule))
	}
	return nil
}

func lifecycleRule(rule types.LifecycleRule) LifecycleRule {
	l := LifecycleRule{
		ID: aws.Value(rule.ID), Enabled: rule.Status == types.ExpirationStatusEnabled,
		Transitions: len(rule.Transitions)+len(rule.NoncurrentVersionTransitions) > 0,
	}
	if rule.Expiration != nil {
		l.ExpirationDays = int(aws.Value(rule.Expiration.Days))
	}
	if rule.NoncurrentVersionExpiration != nil {
		l.NoncurrentDays = int(aws.Value(rule.NoncurrentVersionExpiration.NoncurrentDays))
	}
	if rule.AbortIncompleteMultipartUpload != nil {
		l.AbortUploadsDays = int(aws.Value(rule.AbortIncompleteMultipartUpload.DaysAfterInitiation))
	}
	return l
}

func (r reader) objectLock() error {
	out, err := r.client.GetObjectLockConfiguration(r.ctx, &sdk.GetObjectLockConfigurationInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "ObjectLockConfigurationNotFoundError")
	}
	c := out.ObjectLockConfiguration
	if c == nil {
		return nil
	}
	r.into.ObjectLock = &ObjectLock{Enabled: c.ObjectLockEnabled == types.ObjectLockEnabledEnabled}
	if c.Rule != nil && c.Rule.DefaultRetention != nil {
		keep := c.Rule.DefaultRetention
		r.into.ObjectLock.Mode = string(keep.Mode)
		r.into.ObjectLock.Days = int(aws.Value(keep.Days)) + 365*int(aws.Value(keep.Years))
	}
	return nil
}

func (r reader) website() error {
	_, err := r.client.GetBucketWebsite(r.ctx, &sdk.GetBucketWebsiteInput{Bucket: r.name}, r.region)
	r.into.Website = err == nil
	return aws.Absent(err, "NoSuchWebsiteConfiguration")
}

func (r reader) replication() error {
	out, err := r.client.GetBucketReplication(r.ctx, &sdk.GetBucketReplicationInput{Bucket: r.name}, r.region)
	if err != nil {
		return aws.Absent(err, "ReplicationConfigurationNotFoundError")
	}
	if out.ReplicationConfiguration == nil {
		return nil
	}
	for _, rule := range out.ReplicationConfiguration.Rules {
		if rule.Status == types.ReplicationRuleStatusEnabled && rule.Destination != nil {
			r.into.ReplicationTargets = append(r.into.ReplicationTargets, aws.Value(rule.Destination.Bucket))
		}
	}
	return nil
}

func (r reader) notifications() error {
	out, err := r.client.GetBucketNotificationConfiguration(r.ctx, &sdk.GetBucketNotificationConfigurationInput{Bucket: r.name}, r.region)
	if err != nil {
		return err
	}
	r.into.EventBridge = out.EventBridgeConfiguration != nil
	for _, t := range out.TopicConfigurations {
		r.into.EventTargets = append(r.into.EventTargets, aws.Value(t.TopicArn))
	}
	for _, q := range out.QueueConfigurations {
		r.into.EventTargets = append(r.into.EventTargets, aws.Value(q.QueueArn))
	}
	for _, f := range out.LambdaFunctionConfigurations {
		r.into.EventTargets = append(r.into.EventTargets, aws.Value(f.LambdaFunctionArn))
	}
	return nil
}

func (r reader) tags() (map[string]string, error) {
	out, err := r.client.GetBucketTagging(r.ctx, &sdk.GetBucketTaggingInput{Bucket: r.name}, r.region)
	if err != nil {
		return nil, aws.Absent(err, "NoSuchTagSet")
	}
	return aws.Tags(out.TagSet, func(t types.Tag) (*string, *string) { return t.Key, t.Value }), nil
}
