package route53

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Zone is a hosted zone: the names of a domain. Its records are not read.
type Zone struct {
	// Private is whether only networks of the account resolve its names; otherwise the
	// internet does.
	Private bool `json:"private"`
	// Records is how many sets of records it holds.
	Records int `json:"records"`
	// Service is the service of AWS that made it for itself; empty when it is one's own.
	Service string `json:"service"`
	// QueryLog is the ARN of the log group that gets the queries; empty when they are
	// not logged, or for a private zone, whose queries are logged by VPC.
	QueryLog string `json:"query_log"`
	// DNSSEC is whether answers are signed: SIGNING, NOT_SIGNING, or a state of trouble
	// such as ACTION_NEEDED; empty for a private zone, which cannot be signed.
	DNSSEC string `json:"dnssec"`
}

var zone = source.Type[*aws.Session, Zone]{
	Name:     "aws_route53_zone",
	Service:  "route53",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListHostedZones", Permission: "route53:ListHostedZones"},
		{Op: "ListQueryLoggingConfigs", Permission: "route53:ListQueryLoggingConfigs", Fills: []string{"query_log"}},
		{Op: "GetDNSSEC", Permission: "route53:GetDNSSEC", Fills: []string{"dnssec"}},
		{Op: "ListTagsForResources", Permission: "route53:ListTagsForResources", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateHostedZone", "DeleteHostedZone", "CreateQueryLoggingConfig", "DeleteQueryLoggingConfig", "EnableHostedZoneDNSSEC",
		"DisableHostedZoneDNSSEC", "ChangeTagsForResource",
	},
	Gone:   []string{"NoSuchHostedZone"},
	List:   listZones,
	Detail: readZone,
	Facets: func(d *source.Draft[Zone]) {
		if !d.Config.Private {
			d.Offer(facet.Logging{Enabled: d.Tri("query_log", d.Config.QueryLog != ""), Target: d.Config.QueryLog})
		}
		d.Relate(estate.LogsTo, d.Config.QueryLog)
	},
}

func listZones(ctx context.Context, s *aws.Session, found func(*source.Draft[Zone])) error {
	all, err := zones(ctx, s)
	if err != nil {
		return err
	}
	for _, z := range all {
		d := &source.Draft[Zone]{ID: "arn:" + s.Partition + ":route53:::hostedzone/" + idOf(z), Name: strings.TrimSuffix(aws.Value(z.Name), ".")}
		d.Config.Records = int(aws.Value(z.ResourceRecordSetCount))
		if z.Config != nil {
			d.Config.Private = z.Config.PrivateZone
		}
		if z.LinkedService != nil {
			d.Config.Service = aws.Value(z.LinkedService.ServicePrincipal)
		}
		found(d)
	}
	return nil
}

// zones returns the account's zones, listed once.
func zones(ctx context.Context, s *aws.Session) ([]types.HostedZone, error) {
	return aws.Shared(s, "route53 zones", func() ([]types.HostedZone, error) {
		var all []types.HostedZone
		size := int32(100)
		pages := sdk.NewListHostedZonesPaginator(client(s), &sdk.ListHostedZonesInput{MaxItems: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.HostedZones...)
		}
		return all, nil
	})
}

// idOf returns a zone's id without the path it comes with.
func idOf(z types.HostedZone) string { return strings.TrimPrefix(aws.Value(z.Id), "/hostedzone/") }

func readZone(ctx context.Context, s *aws.Session, d *source.Draft[Zone]) error {
	id := d.ID[strings.LastIndexByte(d.ID, '/')+1:]
	if !d.Config.Private {
		d.Try("query_log", func() error {
			all, err := queryLogs(ctx, s)
			d.Config.QueryLog = all[id]
			return err
		})
		d.Try("dnssec", func() error {
			out, err := client(s).GetDNSSEC(ctx, &sdk.GetDNSSECInput{HostedZoneId: &id})
			if err == nil && out.Status != nil {
				d.Config.DNSSEC = aws.Value(out.Status.ServeSignature)
			}
			return err
		})
	}
	d.Try("tags", func() (err error) {
		d.Tags, err = tagsOf(ctx, s, id)
		return err
	})
	return nil
}

// queryLogs returns the log groups by zone: one list for all.
func queryLogs(ctx context.Context, s *aws.Session) (map[string]string, error) {
	return aws.Shared(s, "route53 query logs", func() (map[string]string, error) {
		all := map[string]string{}
		size := int32(100)
		pages := sdk.NewListQueryLoggingConfigsPaginator(client(s), &sdk.ListQueryLoggingConfigsInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, c := range page.QueryLoggingConfigs {
				all[aws.Value(c.HostedZoneId)] = strings.TrimSuffix(aws.Value(c.CloudWatchLogsLogGroupArn), ":*")
			}
		}
		return all, nil
	})
}

// tagsOf returns the tags of a zone, asked for together with those of its neighbours:
// ten in a call.
func tagsOf(ctx context.Context, s *aws.Session, id string) (map[string]string, error) {
	all, err := zones(ctx, s)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(z types.HostedZone) bool { return idOf(z) == id })
	if i < 0 {
		return nil, nil
	}
	first := i - i%10
	var ids []string
	for _, z := range all[first:min(first+10, len(all))] {
		ids = append(ids, idOf(z))
	}
	batch, err := aws.Shared(s, "route53 tags "+ids[0], func() (map[string]map[string]string, error) {
		out, err := client(s).ListTagsForResources(ctx, &sdk.ListTagsForResourcesInput{ResourceIds: ids, ResourceType: types.TagResourceTypeHostedzone})
		if err != nil {
			return nil, err
		}
		m := map[string]map[string]string{}
		for _, set := range out.ResourceTagSets {
			m[aws.Value(set.ResourceId)] = tags(set.Tags)
		}
		return m, nil
	})
	return batch[id], err
}
