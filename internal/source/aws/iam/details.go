package iam

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

var detailsCall = source.Call{Op: "GetAccountAuthorizationDetails", Permission: "iam:GetAccountAuthorizationDetails"}

// details hands on each page of the account's authorization details of some kinds.
func details(ctx context.Context, s *aws.Session, page func(*sdk.GetAccountAuthorizationDetailsOutput), kinds ...types.EntityType) error {
	pages := sdk.NewGetAccountAuthorizationDetailsPaginator(client(s), &sdk.GetAccountAuthorizationDetailsInput{Filter: kinds, MaxItems: pageSize()})
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		page(out)
	}
	return nil
}

// users returns the account's users; AWS allows 5,000 at most.
func users(ctx context.Context, s *aws.Session) ([]types.UserDetail, error) {
	return aws.Shared(s, "iam users", func() ([]types.UserDetail, error) {
		var all []types.UserDetail
		err := details(ctx, s, func(out *sdk.GetAccountAuthorizationDetailsOutput) {
			all = append(all, out.UserDetailList...)
		}, types.EntityTypeUser)
		return all, err
	})
}

// groups returns the account's groups; AWS allows a few hundred.
func groups(ctx context.Context, s *aws.Session) ([]types.GroupDetail, error) {
	return aws.Shared(s, "iam groups", func() ([]types.GroupDetail, error) {
		var all []types.GroupDetail
		err := details(ctx, s, func(out *sdk.GetAccountAuthorizationDetailsOutput) {
			all = append(all, out.GroupDetailList...)
		}, types.EntityTypeGroup)
		return all, err
	})
}

// managedPolicies returns the account's own policies and those of AWS's that are in
// use, each with its default version alone.
func managedPolicies(ctx context.Context, s *aws.Session) ([]types.ManagedPolicyDetail, error) {
	return aws.Shared(s, "iam managed policies", func() ([]types.ManagedPolicyDetail, error) {
		var all []types.ManagedPolicyDetail
		err := details(ctx, s, func(out *sdk.GetAccountAuthorizationDetailsOutput) {
			for _, p := range out.Policies {
				if !managedByAWS(aws.Value(p.Arn)) || aws.Value(p.AttachmentCount) > 0 || aws.Value(p.PermissionsBoundaryUsageCount) > 0 {
					all = append(all, p)
				}
			}
		}, types.EntityTypeLocalManagedPolicy, types.EntityTypeAWSManagedPolicy)
		return all, err
	})
}
