package macie2_test

import (
	"context"
	"encoding/json"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/macie2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, macie2.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, macie2.Kinds(), "aws_macie2_account")
}

// TestOffIsNoRefusal tells the two meanings of Macie's AccessDeniedException apart.
func TestOffIsNoRefusal(t *testing.T) {
	t.Parallel()
	for message, unknown := range map[string]int{
		"Macie is not enabled.": 0,
		"User: arn:aws:sts::123456789012:assumed-role/audit/stance is not authorized to perform: macie2:GetMacieSession": 2,
		"Macie is not enabled for you": 2,
		"":                             2,
	} {
		config := sdk.Config{APIOptions: []func(*middleware.Stack) error{refusing(message)}}
		session := aws.NewSession(config, "aws", "123456789012", "eu-west-1")
		var found []*estate.Resource
		err := macie2.Kinds()[0].Collect(t.Context(), session, func(r *estate.Resource) error {
			found = append(found, r)
			return nil
		})
		if err != nil || len(found) != 1 {
			t.Fatalf("%q: %d resources, %v", message, len(found), err)
		}
		var settings macie2.Account
		if err := json.Unmarshal(found[0].Config, &settings); err != nil {
			t.Fatal(err)
		}
		if len(found[0].Unknown) != unknown || settings.Enabled {
			t.Errorf("%q: unknown are %v, enabled is %t", message, found[0].Unknown, settings.Enabled)
		}
	}
}

// refusing answers every call with AccessDeniedException and a message.
func refusing(message string) func(*middleware.Stack) error {
	answer := middleware.InitializeMiddlewareFunc("Refusing", func(context.Context, middleware.InitializeInput, middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		return middleware.InitializeOutput{}, middleware.Metadata{}, &smithy.GenericAPIError{Code: "AccessDeniedException", Message: message}
	})
	return func(s *middleware.Stack) error { return s.Initialize.Add(answer, middleware.Before) }
}
