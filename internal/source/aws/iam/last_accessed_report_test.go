package iam

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// slow has its report ready after some questions, and ends it with a status.
type slow struct {
	left int
	end  types.JobStatusType
}

func (s *slow) GenerateServiceLastAccessedDetails(context.Context, *sdk.GenerateServiceLastAccessedDetailsInput, ...func(*sdk.Options)) (*sdk.GenerateServiceLastAccessedDetailsOutput, error) {
	return &sdk.GenerateServiceLastAccessedDetailsOutput{}, nil
}

func (s *slow) GetServiceLastAccessedDetails(context.Context, *sdk.GetServiceLastAccessedDetailsInput, ...func(*sdk.Options)) (*sdk.GetServiceLastAccessedDetailsOutput, error) {
	s.left--
	if s.left > 0 {
		return &sdk.GetServiceLastAccessedDetailsOutput{JobStatus: types.JobStatusTypeInProgress}, nil
	}
	return &sdk.GetServiceLastAccessedDetailsOutput{JobStatus: s.end, ServicesLastAccessed: make([]types.ServiceLastAccessed, 1)}, nil
}

func TestAccessReportWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, err := accessReport(t.Context(), &slow{4, types.JobStatusTypeCompleted}, "arn")
		if err != nil || len(r.services) != 1 {
			t.Errorf("a slow report reads as %+v, %v", r, err)
		}
		for name, never := range map[string]*slow{
			"unfinished": {reportAttempts + 1, types.JobStatusTypeCompleted}, "failed": {1, types.JobStatusTypeFailed}, "odd": {1, "LATER"},
		} {
			if _, err := accessReport(t.Context(), never, "arn"); err == nil {
				t.Errorf("a report that is %s was taken as complete", name)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := accessReport(ctx, &slow{4, types.JobStatusTypeCompleted}, "arn"); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled wait ended with %v", err)
		}
	})
}
