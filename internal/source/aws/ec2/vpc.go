package ec2

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VPC is a private network.
type VPC struct {
	// Default is whether AWS made it for machines that name no network: its subnets
	// are public and give public addresses.
	Default bool `json:"default"`
	// CIDRs are its IPv4 ranges.
	CIDRs []string `json:"cidrs"`
	// IPv6CIDRs are its IPv6 ranges; empty when it has none.
	IPv6CIDRs []string `json:"ipv6_cidrs"`
	// Tenancy is default, or dedicated when its machines share no hardware.
	Tenancy string `json:"tenancy"`
	// InternetBlock is off, block-ingress or block-bidirectional: what the region's
	// block of public access does to it. Empty when AWS does not say.
	InternetBlock string `json:"internet_block"`
	// InUse is whether any network interface stands in it.
	InUse bool `json:"in_use"`
	// FlowLogs are the active flow logs of the whole VPC; those of single subnets or
	// interfaces are not counted.
	FlowLogs []FlowLogRef `json:"flow_logs"`
}

// FlowLogRef is a flow log that watches a resource.
type FlowLogRef struct {
	// LogID is the id of the flow log.
	LogID string `json:"log_id"`
	// Traffic is what is written down: ALL, ACCEPT or REJECT.
	Traffic string `json:"traffic"`
	// Target is the ARN it writes to, or the name of a log group.
	Target string `json:"target"`
}

var vpc = source.Type[*aws.Session, VPC]{
	Name:     "aws_vpc",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeVpcs", Permission: "ec2:DescribeVpcs"},
		{Op: "DescribeNetworkInterfaces", Permission: "ec2:DescribeNetworkInterfaces", Fills: []string{"in_use"}},
		{Op: "DescribeFlowLogs", Permission: "ec2:DescribeFlowLogs", Fills: []string{"flow_logs"}},
	},
	Refresh: []string{
		"CreateVpc", "CreateDefaultVpc", "DeleteVpc", "ModifyVpcAttribute", "ModifyVpcTenancy", "AssociateVpcCidrBlock",
		"DisassociateVpcCidrBlock", "CreateFlowLogs", "DeleteFlowLogs", "ModifyVpcBlockPublicAccessOptions",
		"CreateVpcBlockPublicAccessExclusion", "DeleteVpcBlockPublicAccessExclusion", "CreateTags", "DeleteTags",
	},
	List:   lister[VPC](listVPCs).all,
	Find:   lister[VPC](listVPCs).by("vpc-id", "vpc-"),
	Detail: readVPC,
	Facets: func(d *source.Draft[VPC]) {
		f := facet.Logging{Enabled: d.Tri("flow_logs", len(d.Config.FlowLogs) > 0)}
		if len(d.Config.FlowLogs) > 0 {
			f.Target = d.Config.FlowLogs[0].Target
		}
		d.Offer(f)
	},
}

func listVPCs(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[VPC])) error {
	pages := sdk.NewDescribeVpcsPaginator(client(s), &sdk.DescribeVpcsInput{MaxResults: pageSize(), Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeVpcsOutput) {
		for _, v := range page.Vpcs {
			if !foreign(s, v.OwnerId) {
				found(draftVPC(s, v))
			}
		}
	})
}

func draftVPC(s *aws.Session, v types.Vpc) *source.Draft[VPC] {
	id := aws.Value(v.VpcId)
	d := &source.Draft[VPC]{ID: s.ARN("ec2", "vpc/"+id), Name: nameOf(v.Tags, id), Tags: tags(v.Tags)}
	d.Config = VPC{Default: aws.Value(v.IsDefault), CIDRs: []string{}, IPv6CIDRs: []string{}, Tenancy: string(v.InstanceTenancy)}
	c := &d.Config
	if v.BlockPublicAccessStates != nil {
		c.InternetBlock = string(v.BlockPublicAccessStates.InternetGatewayBlockMode)
	}
	c.CIDRs = present(c.CIDRs, v.CidrBlock)
	for _, a := range v.CidrBlockAssociationSet {
		if a.CidrBlockState == nil || a.CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
			c.CIDRs = present(c.CIDRs, a.CidrBlock)
		}
	}
	slices.Sort(c.CIDRs)
	c.CIDRs = slices.Compact(c.CIDRs)
	for _, a := range v.Ipv6CidrBlockAssociationSet {
		if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
			c.IPv6CIDRs = present(c.IPv6CIDRs, a.Ipv6CidrBlock)
		}
	}
	return d
}

func readVPC(ctx context.Context, s *aws.Session, d *source.Draft[VPC]) error {
	id := d.ID[len(s.ARN("ec2", "vpc/")):]
	d.Try("in_use", func() error {
		used, err := networkUsage(ctx, s)
		d.Config.InUse = used.networks[id]
		return err
	})
	d.Try("flow_logs", func() error {
		logs, err := flowLogsOf(ctx, s, id)
		d.Config.FlowLogs = flowLogRefs(logs)
		for _, l := range logs {
			d.Relate(estate.LogsTo, flowLogTarget(s, l))
		}
		return err
	})
	return nil
}

func flowLogRefs(logs []types.FlowLog) []FlowLogRef {
	refs := make([]FlowLogRef, 0, len(logs))
	for _, l := range logs {
		target := aws.Value(l.LogDestination)
		if target == "" {
			target = aws.Value(l.LogGroupName)
		}
		refs = append(refs, FlowLogRef{LogID: aws.Value(l.FlowLogId), Traffic: string(l.TrafficType), Target: target})
	}
	return refs
}
