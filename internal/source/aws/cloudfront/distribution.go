package cloudfront

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Distribution is a CloudFront distribution: a front door on the internet that keeps
// copies of what its origins answer.
type Distribution struct {
	// Enabled is whether it answers.
	Enabled bool `json:"enabled"`
	// Staging is whether it is a trial for another distribution.
	Staging bool `json:"staging"`
	// TenantOnly is whether it answers for tenants only, which bring their own names.
	TenantOnly bool `json:"tenant_only"`
	// Domain is the name that AWS gave it.
	Domain string `json:"domain"`
	// Aliases are its own names; empty when it has none.
	Aliases []string `json:"aliases"`
	// Certificate is what it shows to viewers.
	Certificate Certificate `json:"certificate"`
	// Behaviors are how it treats requests, by path; the default comes first.
	Behaviors []Behavior `json:"behaviors"`
	// Origins are the places it fetches from.
	Origins []Origin `json:"origins"`
	// OriginGroups is how many sets of origins stand in for each other.
	OriginGroups int `json:"origin_groups"`
	// WebACL is the firewall for web requests in front of it; empty when there is none.
	WebACL string `json:"web_acl"`
	// GeoRestriction is none, or whitelist or blacklist for countries that are let in or
	// kept out.
	GeoRestriction string `json:"geo_restriction"`
	// DefaultRootObject is what is answered for the bare name; empty when the origin
	// decides.
	DefaultRootObject string `json:"default_root_object"`
	// LogBucket is the bucket for access logs of the old kind; empty when they are off.
	LogBucket string `json:"log_bucket"`
	// LogDeliveries are the deliveries of access logs of the newer kind, through CloudWatch
	// Logs; empty when there are none.
	LogDeliveries []string `json:"log_deliveries"`
}

// Certificate is what a distribution shows to viewers.
type Certificate struct {
	// Default is whether it is the one of AWS, for AWS's name only. TLS 1.0 cannot be
	// turned off then.
	Default bool `json:"default"`
	// ARN is the customer's certificate, or the id of one kept in IAM; empty when it has
	// none.
	ARN string `json:"arn"`
	// MinimumProtocol is the security policy, named after the oldest TLS it speaks, such as
	// TLSv1.2_2021.
	MinimumProtocol string `json:"minimum_protocol"`
	// Method is sni-only, or vip or static-ip when it has addresses of its own for viewers
	// that do not name the site they want.
	Method string `json:"method"`
}

// Behavior is how requests for a path are treated.
type Behavior struct {
	// Path is the pattern; * for the default.
	Path string `json:"path"`
	// Origin is the id of the origin or origin group.
	Origin string `json:"origin"`
	// ViewerProtocol is https-only, redirect-to-https or allow-all.
	ViewerProtocol string `json:"viewer_protocol"`
	// FieldLevelEncryption is the id of the rule that seals single fields of forms; empty
	// when there is none.
	FieldLevelEncryption string `json:"field_level_encryption"`
	// TrustedKeyGroups is whether viewers need an address or cookie signed with keys of
	// key groups.
	TrustedKeyGroups bool `json:"trusted_key_groups"`
	// TrustedSigners is whether viewers need one signed with keys of an account, which its
	// root user has to keep.
	TrustedSigners bool `json:"trusted_signers"`
	// RealtimeLog is where a record per request goes at once; empty when it is off.
	RealtimeLog string `json:"realtime_log"`
	// ResponseHeadersPolicy is the id of the policy for headers of answers; empty when there
	// is none.
	ResponseHeadersPolicy string `json:"response_headers_policy"`
}

// Origin is a place that a distribution fetches from.
type Origin struct {
	// ID is its name within the distribution.
	ID string `json:"id"`
	// Domain is where it is.
	Domain string `json:"domain"`
	// Kind is s3, website for the web site of a bucket, lambda for a function URL, vpc for
	// what stands in a private network, or custom.
	Kind string `json:"kind"`
	// Bucket is the name of the bucket behind it; empty when it is none.
	Bucket string `json:"bucket"`
	// AccessControl is the id of the origin access control by which requests are signed;
	// empty when they are not.
	AccessControl string `json:"access_control"`
	// AccessIdentity is the origin access identity, its older form for buckets; empty when
	// there is none.
	AccessIdentity string `json:"access_identity"`
	// Protocol is http-only, match-viewer or https-only; empty for buckets.
	Protocol string `json:"protocol"`
	// TLS are the versions it may be spoken to with, such as TLSv1.2; empty for buckets.
	TLS []string `json:"tls"`
}

var distribution = source.Type[*aws.Session, Distribution]{
	Name:     "aws_cloudfront_distribution",
	Service:  "cloudfront",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListDistributions", Permission: "cloudfront:ListDistributions"},
		{Op: "GetDistributionConfig", Permission: "cloudfront:GetDistributionConfig", Fills: []string{"default_root_object", "log_bucket"}},
		{Op: "DescribeDeliverySources", Permission: "logs:DescribeDeliverySources", Fills: []string{"log_deliveries"}},
		{Op: "DescribeDeliveries", Permission: "logs:DescribeDeliveries", Fills: []string{"log_deliveries"}},
		{Op: "ListTagsForResource", Permission: "cloudfront:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateDistribution", "CreateDistributionWithTags", "UpdateDistribution", "DeleteDistribution", "CopyDistribution",
		"AssociateDistributionWebACL", "DisassociateDistributionWebACL", "CreateDelivery", "DeleteDelivery", "TagResource", "UntagResource",
	},
	Gone:   []string{"NoSuchDistribution", "NoSuchResource"},
	List:   listDistributions,
	Detail: readDistribution,
	Facets: distributionFacets,
}

func listDistributions(ctx context.Context, s *aws.Session, found func(*source.Draft[Distribution])) error {
	size := int32(100)
	pages := sdk.NewListDistributionsPaginator(client(s), &sdk.ListDistributionsInput{MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		if page.DistributionList == nil {
			continue
		}
		for _, one := range page.DistributionList.Items {
			found(draftDistribution(one))
		}
	}
	return nil
}
