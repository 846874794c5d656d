// Package credreport reads the credential report of an account: the one place where
// AWS says of every user, and of the root user, which passwords, access keys and
// second factors there are and when they were last used. AWS makes it at most every
// four hours.
package credreport

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

const (
	firstWait = time.Second
	longest   = 10 * time.Second
	attempts  = 15
)

// Read returns the report of the session's account, made once however many types
// ask for it.
func Read(ctx context.Context, s *aws.Session) (*Report, error) {
	return aws.Shared(s, "iam credential report", func() (*Report, error) {
		client := aws.Client(s, sdk.NewFromConfig)
		if err := generate(ctx, client); err != nil {
			return nil, err
		}
		out, err := client.GetCredentialReport(ctx, &sdk.GetCredentialReportInput{})
		if err != nil {
			return nil, err
		}
		return Parse(out.Content, aws.Value(out.GeneratedTime))
	})
}

// generator is the part of the client that starts a report.
type generator interface {
	GenerateCredentialReport(context.Context, *sdk.GenerateCredentialReportInput, ...func(*sdk.Options)) (*sdk.GenerateCredentialReportOutput, error)
}

// generate asks for a report until AWS says that it is complete.
func generate(ctx context.Context, client generator) error {
	wait := firstWait
	for range attempts {
		out, err := client.GenerateCredentialReport(ctx, &sdk.GenerateCredentialReportInput{})
		if err != nil {
			return err
		}
		if out.State == types.ReportStateTypeComplete {
			return nil
		}
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, longest)
	}
	return estate.Errorf(estate.CodeUnavailable, "read the credential report", "AWS did not finish it in time")
}

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
