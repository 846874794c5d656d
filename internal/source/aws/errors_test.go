package aws_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

func failure(code string, status int) error {
	err := error(&smithy.GenericAPIError{Code: code, Message: "told by the service"})
	if status != 0 {
		err = &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}
	}
	return &smithy.OperationError{ServiceID: "S3", OperationName: "GetBucketPolicy", Err: err}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want estate.Code
	}{
		"denied":               {failure("AccessDenied", 403), estate.CodeDenied},
		"denied-by-status":     {failure("SomethingNew", 403), estate.CodeDenied},
		"throttled":            {failure("ThrottlingException", 400), estate.CodeThrottled},
		"throttled-by-status":  {failure("SomethingNew", 429), estate.CodeThrottled},
		"expired":              {failure("ExpiredToken", 400), estate.CodeUnauthorized},
		"gone":                 {failure("NoSuchBucket", 404), estate.CodeGone},
		"gone-by-ending":       {failure("DBInstanceNotFound", 404), estate.CodeGone},
		"not-implemented":      {failure("NotImplemented", 501), estate.CodeUnsupported},
		"unsupported-by-state": {failure("", 501), estate.CodeUnsupported},
		"not-enabled":          {failure("OptInRequired", 403), estate.CodeNotEnabled},
		"broken":               {failure("InternalError", 500), estate.CodeUnavailable},
		"refused-input":        {failure("ValidationException", 400), estate.CodeInvalid},
		"no-answer":            {&smithy.OperationError{ServiceID: "S3", OperationName: "GetBucketPolicy", Err: errors.New("connection reset")}, estate.CodeUnavailable},
		"stopped":              {&smithy.OperationError{ServiceID: "S3", OperationName: "GetBucketPolicy", Err: context.Canceled}, estate.CodeUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := aws.Explain(c.err)
			if p.Code != c.want || p.Op != "GetBucketPolicy" {
				t.Errorf("code %q of %q, not %q", p.Code, p.Op, c.want)
			}
		})
	}
}

func TestAbsentTakesOnlyTheNamedCodes(t *testing.T) {
	t.Parallel()
	if err := aws.Absent(failure("NoSuchBucketPolicy", 404), "NoSuchBucketPolicy"); err != nil {
		t.Errorf("an absent policy is an error: %v", err)
	}
	if aws.Absent(failure("AccessDenied", 403), "NoSuchBucketPolicy") == nil {
		t.Error("a refusal counts as absent")
	}
}

func TestOnlyReadsAreReads(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"PutBucketPolicy", "DeleteBucket", "CreateUser", "ModifyDBInstance", "UpdateStack", "TerminateInstances", "AttachRolePolicy", "RunInstances"} {
		if aws.IsRead(op) {
			t.Errorf("%s counts as a read", op)
		}
	}
}

func TestPlainlyKeepsWhatWentWrong(t *testing.T) {
	t.Parallel()
	p := aws.Explain(aws.Plainly(failure("AccessDenied", 403), "only others\nmay"))
	if p.Code != estate.CodeDenied || p.Op != "GetBucketPolicy" || p.Name != "AccessDenied" || p.Detail != "only others may" {
		t.Errorf("explained as %+v", p)
	}
}
