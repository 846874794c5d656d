package eks

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eks"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Cluster is an EKS cluster: the control plane that AWS runs, with who can reach it.
type Cluster struct {
	// Version is its Kubernetes version, such as 1.33.
	Version string `json:"version"`
	// Support tells how long AWS supports the version.
	Support Support `json:"support"`
	// ExtendedSupport is whether the cluster may stay on a version beyond standard support,
	// for a fee, rather than be upgraded by AWS.
	ExtendedSupport bool `json:"extended_support"`
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// Role is the role by which the control plane manages AWS resources.
	Role string `json:"role"`
	// VPC is the network of its nodes.
	VPC string `json:"vpc"`
	// Subnets are the subnets in which the control plane has interfaces.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of the control plane's firewalls, the one that EKS made
	// first.
	SecurityGroups []string `json:"security_groups"`
	// PublicEndpoint is whether its API has an address on the internet.
	PublicEndpoint bool `json:"public_endpoint"`
	// PublicCIDRs are the ranges that may speak to that address; empty when the API has
	// none.
	PublicCIDRs []string `json:"public_cidrs"`
	// PrivateEndpoint is whether the API has an address within the network.
	PrivateEndpoint bool `json:"private_endpoint"`
	// SecretsEncrypted is whether Kubernetes secrets are sealed with a key of the
	// customer's, beside the encryption of the disks.
	SecretsEncrypted bool `json:"secrets_encrypted"`
	// SecretsKey is that key; empty when there is none.
	SecretsKey string `json:"secrets_key"`
	// LogTypes are the logs of the control plane that are on: api, audit, authenticator,
	// controllerManager, scheduler.
	LogTypes []string `json:"log_types"`
	// AuthenticationMode is API when access entries of EKS decide who gets in, CONFIG_MAP
	// when a map inside the cluster does, API_AND_CONFIG_MAP for both; empty for clusters
	// made before the choice, which act as CONFIG_MAP.
	AuthenticationMode string `json:"authentication_mode"`
	// CreatorAdmin is whether whoever made the cluster was made its administrator.
	CreatorAdmin bool `json:"creator_admin"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// OIDCIssuer is the address of the cluster's identity provider; empty when it has none.
	OIDCIssuer string `json:"oidc_issuer"`
}

// Support tells how long AWS supports a version of Kubernetes.
type Support struct {
	// Status is STANDARD_SUPPORT, EXTENDED_SUPPORT or UNSUPPORTED.
	Status string `json:"status"`
	// StandardUntil is when ordinary support ends; absent when that is not told.
	StandardUntil *time.Time `json:"standard_until,omitempty"`
	// ExtendedUntil is when paid support ends; absent when that is not told.
	ExtendedUntil *time.Time `json:"extended_until,omitempty"`
}

// described are the fields that DescribeCluster fills.
var described = []string{
	"version", "extended_support", "status", "role", "vpc", "subnets", "security_groups", "public_endpoint", "public_cidrs",
	"private_endpoint", "secrets_encrypted", "secrets_key", "log_types", "authentication_mode", "creator_admin",
	"deletion_protection", "oidc_issuer", "tags", "created", "support",
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_eks_cluster",
	Service:  "eks",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "eks:ListClusters"},
		{Op: "DescribeCluster", Permission: "eks:DescribeCluster", Fills: described},
		{Op: "DescribeClusterVersions", Permission: "eks:DescribeClusterVersions", Fills: []string{"support"}},
	},
	Refresh: []string{
		"CreateCluster", "DeleteCluster", "UpdateClusterConfig", "UpdateClusterVersion", "AssociateEncryptionConfig",
		"TagResource", "UntagResource",
	},
	Gone: []string{"ResourceNotFoundException"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
		names, err := clusterNames(ctx, s)
		if err != nil {
			return err
		}
		for _, name := range names {
			found(&source.Draft[Cluster]{ID: s.ARN("eks", "cluster/"+name), Name: name})
		}
		return nil
	},
	Detail: readCluster,
	Facets: clusterFacets,
}

// clusterNames returns the clusters of the region, without those that run elsewhere and
// were only registered.
func clusterNames(ctx context.Context, s *aws.Session) ([]string, error) {
	return aws.Shared(s, "eks clusters", func() ([]string, error) {
		size := int32(100)
		var names []string
		pages := sdk.NewListClustersPaginator(client(s), &sdk.ListClustersInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			names = append(names, page.Clusters...)
		}
		return names, nil
	})
}

func readCluster(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
	described := d.Try(described[0], func() error {
		out, err := client(s).DescribeCluster(ctx, &sdk.DescribeClusterInput{Name: &d.Name})
		if err != nil {
			return err
		}
		if out.Cluster == nil {
			return estate.Errorf(estate.CodeUnavailable, "describe "+d.ID, "EKS answered nothing")
		}
		d.Tags, d.Created = out.Cluster.Tags, aws.Value(out.Cluster.CreatedAt).In(time.UTC)
		d.Config.fill(*out.Cluster)
		return nil
	}, described[1:]...)
	if described {
		d.Try("support", func() error {
			support, err := supportOf(ctx, s, d.Config.Version)
			d.Config.Support = support
			return err
		})
	}
	return nil
}
