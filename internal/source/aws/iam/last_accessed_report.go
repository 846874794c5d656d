package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

// How AWS is asked for a report that it has begun. A report takes it a second or so.
const (
	firstReportWait   = time.Second
	longestReportWait = 10 * time.Second
	reportAttempts    = 15
)

// accessReporter is the part of the client that makes reports of last use.
type accessReporter interface {
	GenerateServiceLastAccessedDetails(context.Context, *sdk.GenerateServiceLastAccessedDetailsInput, ...func(*sdk.Options)) (*sdk.GenerateServiceLastAccessedDetailsOutput, error)
	GetServiceLastAccessedDetails(context.Context, *sdk.GetServiceLastAccessedDetailsInput, ...func(*sdk.Options)) (*sdk.GetServiceLastAccessedDetailsOutput, error)
}

// report is all pages of a report of last use.
type report struct {
	made     *time.Time
	services []types.ServiceLastAccessed
}

// accessReport has a report made of one identity and reads it.
func accessReport(ctx context.Context, c accessReporter, principal string) (report, error) {
	job, err := c.GenerateServiceLastAccessedDetails(ctx, &sdk.GenerateServiceLastAccessedDetailsInput{
		Arn: &principal, Granularity: types.AccessAdvisorUsageGranularityTypeActionLevel,
	})
	if err != nil {
		return report{}, err
	}
	input := &sdk.GetServiceLastAccessedDetailsInput{JobId: job.JobId, MaxItems: pageSize()}
	out, err := completed(ctx, c, input)
	if err != nil {
		return report{}, err
	}
	r := report{made: out.JobCompletionDate, services: out.ServicesLastAccessed}
	for out.IsTruncated && aws.Value(out.Marker) != "" {
		input.Marker = out.Marker
		if out, err = c.GetServiceLastAccessedDetails(ctx, input); err != nil {
			return report{}, err
		}
		r.services = append(r.services, out.ServicesLastAccessed...)
	}
	return r, nil
}

// completed asks for the first page until the report is there.
func completed(ctx context.Context, c accessReporter, input *sdk.GetServiceLastAccessedDetailsInput) (*sdk.GetServiceLastAccessedDetailsOutput, error) {
	wait := firstReportWait
	for range reportAttempts {
		out, err := c.GetServiceLastAccessedDetails(ctx, input)
		if err != nil {
			return nil, err
		}
		switch out.JobStatus {
		case types.JobStatusTypeCompleted:
			return out, nil
		case types.JobStatusTypeInProgress:
		case types.JobStatusTypeFailed:
			return nil, estate.Errorf(estate.CodeUnavailable, "read when services were last used", "AWS could not tell: %.100q", code(out.Error))
		default:
			return nil, estate.Errorf(estate.CodeInvalid, "read when services were last used", "the report is %.40q", out.JobStatus)
		}
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
		wait = min(2*wait, longestReportWait)
	}
	return nil, estate.Errorf(estate.CodeUnavailable, "read when services were last used", "AWS did not finish the report in time")
}

func code(e *types.ErrorDetails) string {
	if e == nil {
		return ""
	}
	return aws.Value(e.Code)
}

// pause waits, or returns the context's error when that ends first.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
