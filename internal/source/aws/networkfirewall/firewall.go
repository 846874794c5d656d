package networkfirewall

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/networkfirewall"
	"github.com/aws/aws-sdk-go-v2/service/networkfirewall/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Firewall is a firewall that traffic of a VPC or a transit gateway is led through.
type Firewall struct {
	// VPC is the id of the network it stands in; empty when it hangs on a transit gateway.
	VPC string `json:"vpc"`
	// TransitGateway is the id of the transit gateway it hangs on; empty when it stands
	// in a VPC.
	TransitGateway string `json:"transit_gateway"`
	// Policy is the ARN of the policy that decides what passes.
	Policy string `json:"policy"`
	// Subnets are the ids of the subnets it has an endpoint in, one for each zone; empty
	// when it hangs on a transit gateway.
	Subnets []string `json:"subnets"`
	// Zones are the ids of the zones it has an endpoint in on a transit gateway; empty
	// when it stands in a VPC.
	Zones []string `json:"zones"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// SubnetChangeProtection is whether changing its subnets takes a second step.
	SubnetChangeProtection bool `json:"subnet_change_protection"`
	// PolicyChangeProtection is whether giving it another policy takes a second step.
	PolicyChangeProtection bool `json:"policy_change_protection"`
	// KMSKey is the key of KMS for its settings at rest; empty when AWS uses its own.
	KMSKey string `json:"kms_key"`
	// Logs are the logs it writes; empty when it writes none.
	Logs []Log `json:"logs"`
}

// Log is one kind of log and where it goes.
type Log struct {
	// Kind is ALERT, FLOW or TLS.
	Kind string `json:"kind"`
	// Destination is the name of a log group, bucket or delivery stream.
	Destination string `json:"destination"`
	// DestinationKind is S3, CloudWatchLogs or KinesisDataFirehose.
	DestinationKind string `json:"destination_kind"`
}

// settings are the fields that DescribeFirewall fills.
var settings = []string{
	"vpc", "transit_gateway", "policy", "subnets", "zones", "deletion_protection", "subnet_change_protection",
	"policy_change_protection", "kms_key", "tags",
}

var firewall = source.Type[*aws.Session, Firewall]{
	Name:     "aws_networkfirewall_firewall",
	Service:  "networkfirewall",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListFirewalls", Permission: "network-firewall:ListFirewalls"},
		{Op: "DescribeFirewall", Permission: "network-firewall:DescribeFirewall", Fills: settings},
		{Op: "DescribeLoggingConfiguration", Permission: "network-firewall:DescribeLoggingConfiguration", Fills: []string{"logs"}},
	},
	Refresh: []string{
		"CreateFirewall", "DeleteFirewall", "AssociateFirewallPolicy", "AssociateSubnets", "DisassociateSubnets",
		"AssociateAvailabilityZones", "DisassociateAvailabilityZones", "UpdateFirewallDeleteProtection", "UpdateSubnetChangeProtection",
		"UpdateFirewallPolicyChangeProtection", "UpdateFirewallEncryptionConfiguration", "UpdateLoggingConfiguration",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listFirewalls,
	Detail: readFirewall,
	Facets: firewallFacets,
}

// foreign reports whether an ARN names another account's resource, shared with this one.
func foreign(s *aws.Session, arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && parts[4] != s.Account
}

func listFirewalls(ctx context.Context, s *aws.Session, found func(*source.Draft[Firewall])) error {
	size := int32(100)
	pages := sdk.NewListFirewallsPaginator(client(s), &sdk.ListFirewallsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.Firewalls {
			if arn := aws.Value(f.FirewallArn); !foreign(s, arn) {
				found(&source.Draft[Firewall]{ID: arn, Name: aws.Value(f.FirewallName)})
			}
		}
	}
	return nil
}

func readFirewall(ctx context.Context, s *aws.Session, d *source.Draft[Firewall]) error {
	d.Try(settings[0], func() error {
		out, err := client(s).DescribeFirewall(ctx, &sdk.DescribeFirewallInput{FirewallArn: &d.ID})
		if err == nil && out.Firewall != nil {
			fill(s, d, *out.Firewall)
		}
		return err
	}, settings[1:]...)
	d.Try("logs", func() error {
		out, err := client(s).DescribeLoggingConfiguration(ctx, &sdk.DescribeLoggingConfigurationInput{FirewallArn: &d.ID})
		if err != nil || out.LoggingConfiguration == nil {
			return err
		}
		for _, l := range out.LoggingConfiguration.LogDestinationConfigs {
			d.Config.Logs = append(d.Config.Logs, log(l))
		}
		return nil
	})
	for _, l := range d.Config.Logs {
		d.Relate(estate.LogsTo, target(s, l))
	}
	return nil
}

func fill(s *aws.Session, d *source.Draft[Firewall], f types.Firewall) {
	c := &d.Config
	d.Tags = tags(f.Tags)
	c.VPC, c.TransitGateway, c.Policy = aws.Value(f.VpcId), aws.Value(f.TransitGatewayId), aws.Value(f.FirewallPolicyArn)
	for _, m := range f.SubnetMappings {
		c.Subnets = append(c.Subnets, aws.Value(m.SubnetId))
		d.Relate(estate.AttachedTo, networkARN(s, "subnet", aws.Value(m.SubnetId)))
	}
	for _, m := range f.AvailabilityZoneMappings {
		c.Zones = append(c.Zones, aws.Value(m.AvailabilityZone))
	}
	c.DeletionProtection, c.SubnetChangeProtection, c.PolicyChangeProtection = f.DeleteProtection, f.SubnetChangeProtection, f.FirewallPolicyChangeProtection
	c.KMSKey = customerKey(f.EncryptionConfiguration)
	d.Relate(estate.MemberOf, networkARN(s, "vpc", c.VPC))
	d.Relate(estate.GuardedBy, c.Policy)
	d.Relate(estate.EncryptedBy, c.KMSKey)
}

// customerKey returns the customer's key; empty when AWS uses its own.
func customerKey(e *types.EncryptionConfiguration) string {
	if e == nil || e.Type != types.EncryptionTypeCustomerKms {
		return ""
	}
	return aws.Value(e.KeyId)
}

func networkARN(s *aws.Session, kind, id string) string {
	if id == "" {
		return ""
	}
	return s.ARN("ec2", kind+"/"+id)
}

// destinations are the names under which an answer tells where logs go.
var destinations = []string{"logGroup", "bucketName", "deliveryStream"}

func log(l types.LogDestinationConfig) Log {
	out := Log{Kind: string(l.LogType), DestinationKind: string(l.LogDestinationType)}
	if i := slices.IndexFunc(destinations, func(k string) bool { return l.LogDestination[k] != "" }); i >= 0 {
		out.Destination = l.LogDestination[destinations[i]]
	}
	return out
}

// target returns the ARN of what gets a log.
func target(s *aws.Session, l Log) string {
	switch {
	case l.Destination == "":
		return ""
	case l.DestinationKind == string(types.LogDestinationTypeS3):
		return "arn:" + s.Partition + ":s3:::" + l.Destination
	case l.DestinationKind == string(types.LogDestinationTypeCloudwatchLogs):
		return s.ARN("logs", "log-group:"+l.Destination)
	case l.DestinationKind == string(types.LogDestinationTypeKinesisDataFirehose):
		return s.ARN("firehose", "deliverystream/"+l.Destination)
	}
	return ""
}

func firewallFacets(d *source.Draft[Firewall]) {
	f := facet.Logging{Enabled: d.Tri("logs", len(d.Config.Logs) > 0)}
	if len(d.Config.Logs) > 0 {
		f.Target = d.Config.Logs[0].Destination
	}
	d.Offer(f)
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey})
}
