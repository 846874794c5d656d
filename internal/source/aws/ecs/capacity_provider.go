package ecs

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// CapacityProvider gives clusters machines out of an auto scaling group. Those that AWS
// keeps, such as FARGATE, are left out.
type CapacityProvider struct {
	// Status is ACTIVE, or INACTIVE when it was deleted.
	Status string `json:"status"`
	// Group is the ARN of the auto scaling group.
	Group string `json:"group"`
	// TerminationProtected is whether machines with tasks are kept when the group shrinks.
	TerminationProtected bool `json:"termination_protected"`
	// ManagedScaling is whether ECS decides over the size of the group.
	ManagedScaling bool `json:"managed_scaling"`
}

var capacityProvider = source.Type[*aws.Session, CapacityProvider]{
	Name:     "aws_ecs_capacity_provider",
	Service:  "ecs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeCapacityProviders", Permission: "ecs:DescribeCapacityProviders"},
	},
	Refresh: []string{"CreateCapacityProvider", "UpdateCapacityProvider", "DeleteCapacityProvider", "TagResource", "UntagResource"},
	List:    listCapacityProviders,
}

// listCapacityProviders pages by itself: the SDK has no paginator for it.
func listCapacityProviders(ctx context.Context, s *aws.Session, found func(*source.Draft[CapacityProvider])) error {
	size := int32(10)
	in := &sdk.DescribeCapacityProvidersInput{MaxResults: &size, Include: []types.CapacityProviderField{types.CapacityProviderFieldTags}}
	for {
		out, err := client(s).DescribeCapacityProviders(ctx, in)
		if err != nil {
			return err
		}
		if err := missing(out.Failures); err != nil {
			return err
		}
		for _, p := range out.CapacityProviders {
			if p.AutoScalingGroupProvider != nil {
				found(draftCapacityProvider(p))
			}
		}
		if aws.Value(out.NextToken) == "" {
			return nil
		}
		in.NextToken = out.NextToken
	}
}

func draftCapacityProvider(p types.CapacityProvider) *source.Draft[CapacityProvider] {
	g := p.AutoScalingGroupProvider
	d := &source.Draft[CapacityProvider]{ID: aws.Value(p.CapacityProviderArn), Name: aws.Value(p.Name), Tags: tags(p.Tags)}
	d.Config = CapacityProvider{
		Status: string(p.Status), Group: aws.Value(g.AutoScalingGroupArn),
		TerminationProtected: g.ManagedTerminationProtection == types.ManagedTerminationProtectionEnabled,
		ManagedScaling:       g.ManagedScaling != nil && g.ManagedScaling.Status == types.ManagedScalingStatusEnabled,
	}
	d.Relate(estate.AttachedTo, d.Config.Group)
	return d
}
