package cloudfront

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// draftDistribution takes over what the list says.
func draftDistribution(one types.DistributionSummary) *source.Draft[Distribution] {
	d := &source.Draft[Distribution]{ID: aws.Value(one.ARN), Name: aws.Value(one.Id)}
	c := Distribution{
		Enabled: aws.Value(one.Enabled), Staging: aws.Value(one.Staging), TenantOnly: one.ConnectionMode == types.ConnectionModeTenantOnly,
		Domain: aws.Value(one.DomainName), Certificate: certificate(one.ViewerCertificate), WebACL: aws.Value(one.WebACLId), GeoRestriction: "none",
	}
	if one.Aliases != nil {
		c.Aliases = one.Aliases.Items
	}
	if r := one.Restrictions; r != nil && r.GeoRestriction != nil {
		c.GeoRestriction = string(r.GeoRestriction.RestrictionType)
	}
	if b := one.DefaultCacheBehavior; b != nil {
		c.Behaviors = append(c.Behaviors, behavior(types.CacheBehavior{
			TargetOriginId: b.TargetOriginId, ViewerProtocolPolicy: b.ViewerProtocolPolicy, FieldLevelEncryptionId: b.FieldLevelEncryptionId,
			TrustedKeyGroups: b.TrustedKeyGroups, TrustedSigners: b.TrustedSigners, RealtimeLogConfigArn: b.RealtimeLogConfigArn,
			ResponseHeadersPolicyId: b.ResponseHeadersPolicyId,
		}, "*"))
	}
	if one.CacheBehaviors != nil {
		for _, b := range one.CacheBehaviors.Items {
			c.Behaviors = append(c.Behaviors, behavior(b, aws.Value(b.PathPattern)))
		}
	}
	if one.Origins != nil {
		for _, o := range one.Origins.Items {
			c.Origins = append(c.Origins, origin(o))
		}
	}
	if one.OriginGroups != nil {
		c.OriginGroups = len(one.OriginGroups.Items)
	}
	d.Config = c
	return d
}

// certificate reads what is shown to viewers. Nothing named means the one of AWS.
func certificate(v *types.ViewerCertificate) Certificate {
	if v == nil {
		return Certificate{Default: true, MinimumProtocol: string(types.MinimumProtocolVersionTLSv1)}
	}
	c := Certificate{
		Default: aws.Value(v.CloudFrontDefaultCertificate), ARN: aws.Value(v.ACMCertificateArn),
		MinimumProtocol: string(v.MinimumProtocolVersion), Method: string(v.SSLSupportMethod),
	}
	if c.ARN == "" {
		c.ARN = aws.Value(v.IAMCertificateId)
	}
	return c
}

func behavior(b types.CacheBehavior, path string) Behavior {
	return Behavior{
		Path: path, Origin: aws.Value(b.TargetOriginId), ViewerProtocol: string(b.ViewerProtocolPolicy), FieldLevelEncryption: aws.Value(b.FieldLevelEncryptionId),
		TrustedKeyGroups: b.TrustedKeyGroups != nil && aws.Value(b.TrustedKeyGroups.Enabled),
		TrustedSigners:   b.TrustedSigners != nil && aws.Value(b.TrustedSigners.Enabled),
		RealtimeLog:      aws.Value(b.RealtimeLogConfigArn), ResponseHeadersPolicy: aws.Value(b.ResponseHeadersPolicyId),
	}
}

var (
	bucketDomain  = regexp.MustCompile(`^(.+)\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$`)
	websiteDomain = regexp.MustCompile(`^(.+)\.s3-website[.-][a-z0-9-]+\.amazonaws\.com(?:\.cn)?$`)
)

func origin(o types.Origin) Origin {
	out := Origin{ID: aws.Value(o.Id), Domain: aws.Value(o.DomainName), Kind: "custom", AccessControl: aws.Value(o.OriginAccessControlId)}
	domain := strings.ToLower(out.Domain)
	if c := o.CustomOriginConfig; c != nil {
		out.Protocol = string(c.OriginProtocolPolicy)
		if c.OriginSslProtocols != nil {
			out.TLS = aws.Texts(c.OriginSslProtocols.Items)
		}
	}
	if o.S3OriginConfig != nil {
		out.AccessIdentity = aws.Value(o.S3OriginConfig.OriginAccessIdentity)
	}
	website, bucket := websiteDomain.FindStringSubmatch(domain), bucketDomain.FindStringSubmatch(domain)
	switch {
	case o.VpcOriginConfig != nil:
		out.Kind = "vpc"
	case website != nil:
		out.Kind, out.Bucket = "website", website[1]
	case bucket != nil:
		out.Kind, out.Bucket = "s3", bucket[1]
	case o.S3OriginConfig != nil:
		out.Kind = "s3"
	case strings.Contains(domain, ".lambda-url.") && strings.HasSuffix(domain, ".on.aws"):
		out.Kind = "lambda"
	}
	return out
}
