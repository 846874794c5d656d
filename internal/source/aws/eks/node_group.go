package eks

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// NodeGroup is a set of machines that EKS keeps for a cluster.
type NodeGroup struct {
	// Cluster is the name of the cluster they belong to.
	Cluster string `json:"cluster"`
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// Version is the Kubernetes version of its machines.
	Version string `json:"version"`
	// Support tells how long AWS supports the version.
	Support Support `json:"support"`
	// Release is the version of the machine image.
	Release string `json:"release"`
	// AMIType is the kind of machine image, such as AL2023_x86_64_STANDARD, or CUSTOM.
	AMIType string `json:"ami_type"`
	// Role is the role of its machines.
	Role string `json:"role"`
	// Subnets are where its machines stand.
	Subnets []string `json:"subnets"`
	// RemoteAccess is who can open a shell on its machines; absent when EKS opened no way.
	RemoteAccess *RemoteAccess `json:"remote_access,omitempty"`
	// LaunchTemplate is the template of its machines, id and version; empty when EKS uses
	// its own.
	LaunchTemplate string `json:"launch_template"`
	// Issues are the codes of what EKS finds wrong with it.
	Issues []string `json:"issues"`
	// DesiredNodes is how many machines it is to have.
	DesiredNodes int `json:"desired_nodes"`
}

// RemoteAccess is who can open a shell on the machines of a node group.
type RemoteAccess struct {
	// Key is the name of the SSH key on the machines.
	Key string `json:"key"`
	// SourceSecurityGroups are the groups that may reach port 22; empty means the whole
	// internet, as far as the network lets it through.
	SourceSecurityGroups []string `json:"source_security_groups"`
}

var nodeGroup = source.Type[*aws.Session, NodeGroup]{
	Name:     "aws_eks_node_group",
	Service:  "eks",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "eks:ListClusters"},
		{Op: "ListNodegroups", Permission: "eks:ListNodegroups"},
		{Op: "DescribeNodegroup", Permission: "eks:DescribeNodegroup"},
		{Op: "DescribeClusterVersions", Permission: "eks:DescribeClusterVersions", Fills: []string{"support"}},
	},
	Refresh: []string{"CreateNodegroup", "DeleteNodegroup", "UpdateNodegroupConfig", "UpdateNodegroupVersion", "TagResource", "UntagResource"},
	List:    listNodeGroups,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[NodeGroup]) error {
		d.Try("support", func() error {
			support, err := supportOf(ctx, s, d.Config.Version)
			d.Config.Support = support
			return err
		})
		return nil
	},
	Facets: func(d *source.Draft[NodeGroup]) {
		d.Offer(facet.Compute{
			Running: estate.TriOf(d.Config.DesiredNodes > 0), PublicAddresses: []string{}, Networks: nonNil(d.Config.Subnets), Firewalls: []string{},
			RunsAs: d.Config.Role, Image: d.Config.Release,
		})
	},
}

// listNodeGroups describes each node group at once: its ARN ends in an id that only the
// description has.
func listNodeGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[NodeGroup])) error {
	clusters, err := clusterNames(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, clusters, func(ctx context.Context, cluster string) error {
		size := int32(100)
		pages := sdk.NewListNodegroupsPaginator(client(s), &sdk.ListNodegroupsInput{ClusterName: &cluster, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return aws.Absent(err, "ResourceNotFoundException")
			}
			for _, name := range page.Nodegroups {
				if err := describeNodeGroup(ctx, s, cluster, name, found); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// describeNodeGroup hands a node group on, unless it is gone by now.
func describeNodeGroup(ctx context.Context, s *aws.Session, cluster, name string, found func(*source.Draft[NodeGroup])) error {
	out, err := client(s).DescribeNodegroup(ctx, &sdk.DescribeNodegroupInput{ClusterName: &cluster, NodegroupName: &name})
	if err != nil {
		return aws.Absent(err, "ResourceNotFoundException")
	}
	if out.Nodegroup == nil {
		return estate.Errorf(estate.CodeUnavailable, "describe node group "+name, "EKS answered nothing")
	}
	found(draftNodeGroup(s, *out.Nodegroup))
	return nil
}

func draftNodeGroup(s *aws.Session, n types.Nodegroup) *source.Draft[NodeGroup] {
	d := &source.Draft[NodeGroup]{ID: aws.Value(n.NodegroupArn), Name: aws.Value(n.NodegroupName), Tags: n.Tags, Created: aws.Value(n.CreatedAt).In(time.UTC)}
	c := NodeGroup{
		Cluster: aws.Value(n.ClusterName), Status: string(n.Status), Version: aws.Value(n.Version), Release: aws.Value(n.ReleaseVersion),
		AMIType: string(n.AmiType), Role: aws.Value(n.NodeRole), Subnets: n.Subnets,
	}
	if r := n.RemoteAccess; r != nil {
		c.RemoteAccess = &RemoteAccess{Key: aws.Value(r.Ec2SshKey), SourceSecurityGroups: r.SourceSecurityGroups}
	}
	if l := n.LaunchTemplate; l != nil {
		c.LaunchTemplate = aws.Value(l.Id) + ":" + aws.Value(l.Version)
	}
	if n.Health != nil {
		for _, i := range n.Health.Issues {
			c.Issues = append(c.Issues, string(i.Code))
		}
	}
	if n.ScalingConfig != nil {
		c.DesiredNodes = int(aws.Value(n.ScalingConfig.DesiredSize))
	}
	d.Config = c
	d.Relate(estate.MemberOf, s.ARN("eks", "cluster/"+c.Cluster))
	d.Relate(estate.RunsAs, c.Role)
	for _, subnet := range c.Subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+subnet))
	}
	return d
}
