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

// SecurityGroup is a stateful firewall of network interfaces. It only allows; what
// no rule allows is refused.
type SecurityGroup struct {
	// VPC is the network it belongs to.
	VPC string `json:"vpc"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Default is whether it is the group that a VPC gives to whatever names no other.
	Default bool `json:"default"`
	// Ingress are the rules for what may come in; empty lets nothing in.
	Ingress []facet.Rule `json:"ingress"`
	// Egress are the rules for what may go out; empty lets nothing out.
	Egress []facet.Rule `json:"egress"`
	// InUse is whether any network interface carries the group.
	InUse bool `json:"in_use"`
}

var securityGroup = source.Type[*aws.Session, SecurityGroup]{
	Name:     "aws_security_group",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeSecurityGroups", Permission: "ec2:DescribeSecurityGroups"},
		{Op: "DescribeNetworkInterfaces", Permission: "ec2:DescribeNetworkInterfaces", Fills: []string{"in_use"}},
		{Op: "GetManagedPrefixListEntries", Permission: "ec2:GetManagedPrefixListEntries", Fills: []string{"ingress.prefix_lists.cidrs", "egress.prefix_lists.cidrs"}},
	},
	Refresh: []string{
		"CreateSecurityGroup", "DeleteSecurityGroup", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress",
		"RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "ModifySecurityGroupRules", "ModifyManagedPrefixList",
		"UpdateSecurityGroupRuleDescriptionsIngress", "UpdateSecurityGroupRuleDescriptionsEgress", "CreateVpc",
		"CreateDefaultVpc", "DeleteVpc", "CreateTags", "DeleteTags",
	},
	List:   lister[SecurityGroup](listSecurityGroups).all,
	Find:   lister[SecurityGroup](listSecurityGroups).by("group-id", "sg-"),
	Detail: readSecurityGroup,
	Facets: func(d *source.Draft[SecurityGroup]) {
		d.Offer(facet.NetworkRules{Ingress: d.Config.Ingress, Egress: d.Config.Egress})
	},
}

func listSecurityGroups(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[SecurityGroup])) error {
	pages := sdk.NewDescribeSecurityGroupsPaginator(client(s), &sdk.DescribeSecurityGroupsInput{MaxResults: pageSize(), Filters: filters})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, g := range page.SecurityGroups {
			if foreign(s, g.OwnerId) {
				continue
			}
			id := aws.Value(g.GroupId)
			d := &source.Draft[SecurityGroup]{ID: s.ARN("ec2", "security-group/"+id), Name: aws.Value(g.GroupName), Tags: tags(g.Tags)}
			d.Config = SecurityGroup{
				VPC: aws.Value(g.VpcId), Description: aws.Value(g.Description), Default: aws.Value(g.GroupName) == "default",
				Ingress: rules(g.IpPermissions), Egress: rules(g.IpPermissionsEgress),
			}
			d.Relate(estate.MemberOf, arn(s, "vpc", d.Config.VPC))
			found(d)
		}
	}
	return nil
}

func readSecurityGroup(ctx context.Context, s *aws.Session, d *source.Draft[SecurityGroup]) error {
	id := d.ID[len(s.ARN("ec2", "security-group/")):]
	d.Try("in_use", func() error {
		used, err := networkUsage(ctx, s)
		d.Config.InUse = used.groups[id]
		return err
	})
	readPrefixLists(ctx, s, d, "ingress", d.Config.Ingress)
	readPrefixLists(ctx, s, d, "egress", d.Config.Egress)
	return nil
}

// rules turns the permissions of a group into neutral rules, one per permission.
func rules(permissions []types.IpPermission) []facet.Rule {
	out := make([]facet.Rule, 0, len(permissions))
	for _, p := range permissions {
		out = append(out, rule(p))
	}
	return out
}

func rule(p types.IpPermission) facet.Rule {
	r := facet.Rule{Action: "allow", Protocol: protocol(aws.Value(p.IpProtocol)), FromPort: int(aws.Value(p.FromPort)), ToPort: int(aws.Value(p.ToPort))}
	if r.Protocol == "all" {
		r.FromPort, r.ToPort = 0, 65535
	}
	for _, ip := range p.IpRanges {
		r.CIDRs = append(r.CIDRs, aws.Value(ip.CidrIp))
	}
	for _, ip := range p.Ipv6Ranges {
		r.CIDRs = append(r.CIDRs, aws.Value(ip.CidrIpv6))
	}
	for _, g := range p.UserIdGroupPairs {
		r.Groups = append(r.Groups, aws.Value(g.GroupId))
	}
	for _, l := range p.PrefixListIds {
		r.PrefixLists = append(r.PrefixLists, facet.PrefixList{ID: aws.Value(l.PrefixListId)})
	}
	slices.Sort(r.CIDRs)
	return r
}

// protocol turns EC2's numbers into the neutral words.
func protocol(p string) string {
	switch p {
	case "-1", "":
		return "all"
	case "1":
		return "icmp"
	case "6":
		return "tcp"
	case "17":
		return "udp"
	case "58":
		return "icmpv6"
	}
	return p
}
