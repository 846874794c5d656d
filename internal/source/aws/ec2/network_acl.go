package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// NetworkACL is a stateless firewall at the edge of subnets. Its rules are tried in
// the order of their numbers and the first that matches decides.
type NetworkACL struct {
	// VPC is the id of its network.
	VPC string `json:"vpc"`
	// Default is whether subnets that name no other get it.
	Default bool `json:"default"`
	// Subnets are the ids of the subnets it stands before; empty when it is unused.
	Subnets []string `json:"subnets"`
	// Ingress are the rules for what may come in; a rule's priority is its number.
	Ingress []facet.Rule `json:"ingress"`
	// Egress are the rules for what may go out; a rule's priority is its number.
	Egress []facet.Rule `json:"egress"`
}

var networkACL = source.Type[*aws.Session, NetworkACL]{
	Name:     "aws_network_acl",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeNetworkAcls", Permission: "ec2:DescribeNetworkAcls"},
	},
	Refresh: []string{
		"CreateNetworkAcl", "DeleteNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
		"ReplaceNetworkAclAssociation", "CreateSubnet", "CreateDefaultSubnet", "DeleteSubnet", "CreateVpc",
		"CreateDefaultVpc", "DeleteVpc", "CreateTags", "DeleteTags",
	},
	List: lister[NetworkACL](listNetworkACLs).all,
	Find: lister[NetworkACL](listNetworkACLs).by("network-acl-id", "acl-"),
	Facets: func(d *source.Draft[NetworkACL]) {
		d.Offer(facet.NetworkRules{Ingress: d.Config.Ingress, Egress: d.Config.Egress})
	},
}

func listNetworkACLs(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[NetworkACL])) error {
	pages := sdk.NewDescribeNetworkAclsPaginator(client(s), &sdk.DescribeNetworkAclsInput{MaxResults: pageSize(), Filters: filters})
	return walk(ctx, pages, func(page *sdk.DescribeNetworkAclsOutput) {
		for _, a := range page.NetworkAcls {
			if !foreign(s, a.OwnerId) {
				found(draftNetworkACL(s, a))
			}
		}
	})
}

func draftNetworkACL(s *aws.Session, a types.NetworkAcl) *source.Draft[NetworkACL] {
	id := aws.Value(a.NetworkAclId)
	d := &source.Draft[NetworkACL]{ID: s.ARN("ec2", "network-acl/"+id), Name: nameOf(a.Tags, id), Tags: tags(a.Tags)}
	d.Config = NetworkACL{
		VPC: aws.Value(a.VpcId), Default: aws.Value(a.IsDefault), Subnets: []string{}, Ingress: []facet.Rule{}, Egress: []facet.Rule{},
	}
	for _, e := range a.Entries {
		if aws.Value(e.Egress) {
			d.Config.Egress = append(d.Config.Egress, aclRule(e))
		} else {
			d.Config.Ingress = append(d.Config.Ingress, aclRule(e))
		}
	}
	d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
	for _, m := range a.Associations {
		d.Config.Subnets = present(d.Config.Subnets, m.SubnetId)
		d.Relate(estate.AttachedTo, arn(s, "subnet", aws.Value(m.SubnetId)))
	}
	return d
}

// aclRule turns an entry into a neutral rule. Entries for tcp and udp always name
// their ports; others have none.
func aclRule(e types.NetworkAclEntry) facet.Rule {
	r := facet.Rule{Action: string(e.RuleAction), Priority: int(aws.Value(e.RuleNumber)), Protocol: protocol(aws.Value(e.Protocol)), ToPort: 65535}
	if e.PortRange != nil && r.Protocol != "all" {
		r.FromPort, r.ToPort = int(aws.Value(e.PortRange.From)), int(aws.Value(e.PortRange.To))
	}
	r.CIDRs = present(present(nil, e.CidrBlock), e.Ipv6CidrBlock)
	return r
}
