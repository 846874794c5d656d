package iam

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// sessionLimits returns the longest session of each role in seconds, by ARN: the
// authorization details leave it out.
func sessionLimits(ctx context.Context, s *aws.Session) (map[string]int, error) {
	return aws.Shared(s, "iam session limits", func() (map[string]int, error) {
		limits := map[string]int{}
		pages := sdk.NewListRolesPaginator(client(s), &sdk.ListRolesInput{MaxItems: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.Roles {
				if r.MaxSessionDuration != nil {
					limits[aws.Value(r.Arn)] = int(*r.MaxSessionDuration)
				}
			}
		}
		return limits, nil
	})
}

func readMaxSession(ctx context.Context, s *aws.Session, d *source.Draft[Role]) error {
	limits, err := sessionLimits(ctx, s)
	if err != nil {
		return err
	}
	seconds, told := limits[d.ID]
	if !told {
		return estate.Errorf(estate.CodeUnavailable, "read the longest session of "+d.Name, "the list of roles does not tell it")
	}
	d.Config.MaxSessionSeconds = seconds
	return nil
}
