package wafv2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// WebACL is a set of rules that decides which web requests get through. What it
// guards is told by the resources it guards.
type WebACL struct {
	// Scope is REGIONAL, or CLOUDFRONT for distributions.
	Scope string `json:"scope"`
	// DefaultAction is allow or block: what happens to requests that no rule stops;
	// empty when it is not told.
	DefaultAction string `json:"default_action"`
	// Rules are its rules and those that Firewall Manager puts around them; empty when
	// the default decides alone.
	Rules []Rule `json:"rules"`
	// Metrics is whether it counts its requests in CloudWatch.
	Metrics bool `json:"metrics"`
	// FirewallManager is whether Firewall Manager looks after it.
	FirewallManager bool `json:"firewall_manager"`
	// LogDestinations are the ARNs of log groups, buckets or streams that get its logs;
	// empty when it writes none.
	LogDestinations []string `json:"log_destinations"`
}

// Rule is one rule of a web ACL.
type Rule struct {
	// Name is the rule's name.
	Name string `json:"name"`
	// Kind is managed (a group of AWS or a vendor), group (a group of one's own), rate,
	// firewall-manager, or own for any other statement.
	Kind string `json:"kind"`
	// Group is the name or ARN of the group; empty for a rule without one.
	Group string `json:"group"`
	// Action is allow, block, count, captcha or challenge; for a group it is group when
	// the group decides, and count when all it finds is only counted.
	Action string `json:"action"`
	// Metrics is whether it counts its matches in CloudWatch.
	Metrics bool `json:"metrics"`
}

// settings are the fields that GetWebACL fills.
var settings = []string{"default_action", "rules", "metrics", "firewall_manager"}

var webACL = source.Type[*aws.Session, WebACL]{
	Name:     "aws_wafv2_web_acl",
	Service:  "wafv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListWebACLs", Permission: "wafv2:ListWebACLs"},
		{Op: "GetWebACL", Permission: "wafv2:GetWebACL", Fills: settings},
		{Op: "ListLoggingConfigurations", Permission: "wafv2:ListLoggingConfigurations", Fills: []string{"log_destinations"}},
		{Op: "ListTagsForResource", Permission: "wafv2:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateWebACL", "UpdateWebACL", "DeleteWebACL", "PutLoggingConfiguration", "DeleteLoggingConfiguration", "TagResource", "UntagResource",
	},
	Gone:   []string{"WAFNonexistentItemException"},
	List:   listWebACLs,
	Detail: readWebACL,
	Facets: webACLFacets,
}

// listWebACLs lists those of the region, and in us-east-1, where CloudFront keeps its
// own, those of distributions.
func listWebACLs(ctx context.Context, s *aws.Session, found func(*source.Draft[WebACL])) error {
	if err := listScope(ctx, s, types.ScopeRegional, found); err != nil {
		return err
	}
	if s.Region != "us-east-1" {
		return nil
	}
	return listScope(ctx, s, types.ScopeCloudfront, found)
}

func listScope(ctx context.Context, s *aws.Session, scope types.Scope, found func(*source.Draft[WebACL])) error {
	in := &sdk.ListWebACLsInput{Scope: scope, Limit: pageSize()}
	for {
		out, err := client(s).ListWebACLs(ctx, in)
		if err != nil {
			return err
		}
		for _, a := range out.WebACLs {
			d := &source.Draft[WebACL]{ID: aws.Value(a.ARN), Name: aws.Value(a.Name), Config: WebACL{Scope: string(scope)}}
			if scope == types.ScopeCloudfront {
				d.Region = "global"
			}
			found(d)
		}
		if aws.Value(out.NextMarker) == "" || len(out.WebACLs) == 0 {
			return nil
		}
		in.NextMarker = out.NextMarker
	}
}

// pageSize is the largest that the lists take.
func pageSize() *int32 {
	n := int32(100)
	return &n
}

func webACLFacets(d *source.Draft[WebACL]) {
	f := facet.Logging{Enabled: d.Tri("log_destinations", len(d.Config.LogDestinations) > 0)}
	if len(d.Config.LogDestinations) > 0 {
		f.Target = d.Config.LogDestinations[0]
	}
	d.Offer(f)
	for _, target := range d.Config.LogDestinations {
		d.Relate(estate.LogsTo, target)
	}
}
