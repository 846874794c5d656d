package eks

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// PodIdentityAssociation gives the pods of one service account of a cluster a role.
type PodIdentityAssociation struct {
	// Cluster is the name of the cluster.
	Cluster string `json:"cluster"`
	// Namespace is the Kubernetes namespace of the service account.
	Namespace string `json:"namespace"`
	// ServiceAccount is the service account whose pods get the role.
	ServiceAccount string `json:"service_account"`
	// Role is the role of the cluster's account that the pods get.
	Role string `json:"role"`
	// TargetRole is the role, mostly of another account, that EKS takes with Role and hands
	// to the pods in its place; empty when they get Role itself.
	TargetRole string `json:"target_role"`
	// SessionTags is whether sessions carry the cluster, namespace and pod as tags.
	SessionTags bool `json:"session_tags"`
	// Policy narrows what the pods' sessions may do; absent when nothing does.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

var podIdentityAssociation = source.Type[*aws.Session, PodIdentityAssociation]{
	Name:     "aws_eks_pod_identity_association",
	Service:  "eks",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "eks:ListClusters"},
		{Op: "ListPodIdentityAssociations", Permission: "eks:ListPodIdentityAssociations"},
		{Op: "DescribePodIdentityAssociation", Permission: "eks:DescribePodIdentityAssociation", Fills: []string{"role", "target_role", "session_tags", "policy", "created", "tags"}},
	},
	Refresh: []string{"CreatePodIdentityAssociation", "UpdatePodIdentityAssociation", "DeletePodIdentityAssociation", "TagResource", "UntagResource"},
	Gone:    []string{"NotFoundException", "ResourceNotFoundException"},
	List:    listPodIdentityAssociations,
	Detail:  readPodIdentityAssociation,
}

func listPodIdentityAssociations(ctx context.Context, s *aws.Session, found func(*source.Draft[PodIdentityAssociation])) error {
	clusters, err := clusterNames(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, clusters, func(ctx context.Context, cluster string) error {
		size := int32(100)
		pages := sdk.NewListPodIdentityAssociationsPaginator(client(s), &sdk.ListPodIdentityAssociationsInput{ClusterName: &cluster, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return aws.Absent(err, "ResourceNotFoundException")
			}
			for _, a := range page.Associations {
				found(draftPodIdentityAssociation(s, a))
			}
		}
		return nil
	})
}

func draftPodIdentityAssociation(s *aws.Session, a types.PodIdentityAssociationSummary) *source.Draft[PodIdentityAssociation] {
	c := PodIdentityAssociation{Cluster: aws.Value(a.ClusterName), Namespace: aws.Value(a.Namespace), ServiceAccount: aws.Value(a.ServiceAccount)}
	d := &source.Draft[PodIdentityAssociation]{ID: aws.Value(a.AssociationArn), Name: c.Namespace + "/" + c.ServiceAccount, Config: c}
	d.Relate(estate.MemberOf, s.ARN("eks", "cluster/"+c.Cluster))
	return d
}

func readPodIdentityAssociation(ctx context.Context, s *aws.Session, d *source.Draft[PodIdentityAssociation]) error {
	var policy string
	read := d.Try("role", func() error {
		id := d.ID[strings.LastIndex(d.ID, "/")+1:]
		out, err := client(s).DescribePodIdentityAssociation(ctx, &sdk.DescribePodIdentityAssociationInput{ClusterName: &d.Config.Cluster, AssociationId: &id})
		if err != nil {
			return err
		}
		if out.Association == nil {
			return estate.Errorf(estate.CodeUnavailable, "describe "+d.ID, "EKS answered nothing")
		}
		a := *out.Association
		d.Tags, d.Created = a.Tags, aws.Value(a.CreatedAt).In(time.UTC)
		d.Config.Role, d.Config.TargetRole = aws.Value(a.RoleArn), aws.Value(a.TargetRoleArn)
		d.Config.SessionTags = !aws.Value(a.DisableSessionTags)
		d.Relate(estate.RunsAs, d.Config.Role)
		d.Relate(estate.RunsAs, d.Config.TargetRole)
		policy = aws.Value(a.Policy)
		return nil
	}, "target_role", "session_tags", "policy", "created", "tags")
	if !read || policy == "" {
		return nil
	}
	d.Try("policy", func() (err error) {
		d.Config.Policy, err = policydoc.Parse(policy)
		return err
	})
	return nil
}
