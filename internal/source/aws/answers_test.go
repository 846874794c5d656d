package aws

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
)

// TestOnlyAnswersAreTaken gives each protocol what is no answer, and what is a short one.
func TestOnlyAnswersAreTaken(t *testing.T) {
	t.Parallel()
	region := func(ctx context.Context, c sdk.Config) error {
		_, err := ec2.NewFromConfig(c).GetEbsEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
		return err
	}
	bucket := func(o *s3.Options) { o.UsePathStyle = true }
	logging := func(ctx context.Context, c sdk.Config) error {
		_, err := s3.NewFromConfig(c, bucket).GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: sdk.String("logs")})
		return err
	}
	policy := func(ctx context.Context, c sdk.Config) error {
		_, err := s3.NewFromConfig(c, bucket).GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: sdk.String("logs")})
		return err
	}
	head := func(ctx context.Context, c sdk.Config) error {
		_, err := s3.NewFromConfig(c, bucket).HeadBucket(ctx, &s3.HeadBucketInput{Bucket: sdk.String("logs")})
		return err
	}
	tables := func(ctx context.Context, c sdk.Config) error {
		_, err := dynamodb.NewFromConfig(c).ListTables(ctx, &dynamodb.ListTablesInput{})
		return err
	}
	const page, xhtml = "\n<!DOCTYPE html><body>It works!", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`
	for name, c := range map[string]struct {
		ask  func(context.Context, sdk.Config) error
		text string
		good bool
	}{
		"ec2-page": {region, page, false}, "ec2-xhtml": {region, xhtml, false}, "ec2-empty": {region, " ", false}, "ec2-json": {region, "{}", false},
		"ec2-good":    {region, "<R><ebsEncryptionByDefault>true</ebsEncryptionByDefault></R>", true},
		"ec2-control": {region, "<R><x>\x1b[31m</x><ebsEncryptionByDefault>true</ebsEncryptionByDefault></R>", true},
		"s3-page":     {logging, page, false}, "s3-empty": {logging, "", false}, "s3-json": {logging, "{}", false},
		"s3-good": {logging, "<BucketLoggingStatus/>", true}, "policy-good": {policy, `{"Version": "2012-10-17"}`, true},
		"policy-page": {policy, page, false}, "head-good": {head, "", true},
		"dynamodb-page": {tables, xhtml, false}, "dynamodb-empty": {tables, "", false}, "dynamodb-good": {tables, "{}", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, c.text) }))
			defer api.Close()
			err := c.ask(t.Context(), sdk.Config{
				Region: "eu-west-1", BaseEndpoint: &api.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
				APIOptions: []func(*middleware.Stack) error{func(s *middleware.Stack) error { return s.Deserialize.Add(onlyAnswers, middleware.After) }},
			})
			if (err == nil) != c.good {
				t.Errorf("%v", err)
			}
		})
	}
}
