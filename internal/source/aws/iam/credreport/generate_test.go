package credreport

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// slow completes after some answers.
type slow struct{ left int }

func (s *slow) GenerateCredentialReport(context.Context, *sdk.GenerateCredentialReportInput, ...func(*sdk.Options)) (*sdk.GenerateCredentialReportOutput, error) {
	s.left--
	if s.left > 0 {
		return &sdk.GenerateCredentialReportOutput{State: types.ReportStateTypeInprogress}, nil
	}
	return &sdk.GenerateCredentialReportOutput{State: types.ReportStateTypeComplete}, nil
}

func TestGenerate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := generate(t.Context(), &slow{left: 4}); err != nil {
			t.Error(err)
		}
		if err := generate(t.Context(), &slow{left: attempts + 1}); err == nil {
			t.Error("a report that never completes was taken as complete")
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := generate(ctx, &slow{left: 4}); !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled wait ended with %v", err)
		}
	})
}
