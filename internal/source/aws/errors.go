package aws

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Explain implements source.Session. It classes by the error code of the service
// and the HTTP status, never by the text.
func (s *Session) Explain(err error) source.Problem { return Explain(err) }

// plainError is an error of a service with words for people in place of its code.
type plainError struct {
	error
	words string
}

func (e plainError) Unwrap() error { return e.error }

// Plainly returns err, of which Explain then says the words: for refusals of which the
// service's own code does not tell the reason.
func Plainly(err error, words string) error { return plainError{err, words} }

// Explain returns what an error of the SDK means.
func Explain(err error) source.Problem {
	p := explain(err)
	var plain plainError
	if errors.As(err, &plain) {
		p.Detail = source.OneLine(plain.words)
	}
	return p
}

func explain(err error) source.Problem {
	p := source.Problem{Code: estate.CodeOf(err), Detail: oneLine(err)}
	var op *smithy.OperationError
	if errors.As(err, &op) {
		p.Op = op.OperationName
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		p.Code = classOf(api.ErrorCode(), statusOf(err))
		p.Name = api.ErrorCode()
		p.Detail = source.OneLine(api.ErrorCode())
		return p
	}
	if status := statusOf(err); status != 0 {
		p.Code = classOf("", status)
		return p
	}
	if p.Code == estate.CodeInternal && p.Op != "" {
		p.Code = estate.CodeUnavailable
	}
	return p
}

// IsCode reports whether err is a service error with one of the codes: the ones by
// which services say that a setting is simply not there.
func IsCode(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// Says reports whether err is a service error with the code and exactly the message. It
// is for services that have one code for two things, and only their words to tell them
// apart: anything they say otherwise is no match.
func Says(err error, code, message string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == code && api.ErrorMessage() == message
}

// Absent returns nil when err is one of the codes by which the service says that
// there is nothing, and err otherwise.
func Absent(err error, codes ...string) error {
	if IsCode(err, codes...) {
		return nil
	}
	return err
}

var classes = map[string]estate.Code{
	"AccessDenied": estate.CodeDenied, "AccessDeniedException": estate.CodeDenied,
	"UnauthorizedOperation": estate.CodeDenied, "Client.UnauthorizedOperation": estate.CodeDenied,
	"AuthorizationError": estate.CodeDenied, "AuthorizationErrorException": estate.CodeDenied,
	"Forbidden": estate.CodeDenied, "ForbiddenException": estate.CodeDenied,
	"KMSAccessDeniedException": estate.CodeDenied, "NotAuthorized": estate.CodeDenied,
	"UnauthorizedAccess": estate.CodeDenied, "AllAccessDisabled": estate.CodeDenied,

	"ExpiredToken": estate.CodeUnauthorized, "ExpiredTokenException": estate.CodeUnauthorized,
	"InvalidClientTokenId": estate.CodeUnauthorized, "AuthFailure": estate.CodeUnauthorized,
	"UnrecognizedClientException": estate.CodeUnauthorized, "SignatureDoesNotMatch": estate.CodeUnauthorized,
	"InvalidAccessKeyId": estate.CodeUnauthorized, "RequestExpired": estate.CodeUnauthorized,

	"Throttling": estate.CodeThrottled, "ThrottlingException": estate.CodeThrottled,
	"ThrottledException": estate.CodeThrottled, "RequestLimitExceeded": estate.CodeThrottled,
	"TooManyRequestsException": estate.CodeThrottled, "RequestThrottled": estate.CodeThrottled,
	"RequestThrottledException": estate.CodeThrottled, "SlowDown": estate.CodeThrottled,
	"BandwidthLimitExceeded": estate.CodeThrottled, "LimitExceededException": estate.CodeThrottled,
	"PriorRequestNotComplete": estate.CodeThrottled, "ProvisionedThroughputExceededException": estate.CodeThrottled,

	"NotImplemented": estate.CodeUnsupported, "UnknownOperationException": estate.CodeUnsupported,
	"InvalidAction": estate.CodeUnsupported, "UnsupportedOperation": estate.CodeUnsupported,
	"UnsupportedOperationException": estate.CodeUnsupported, "UnknownAction": estate.CodeUnsupported,

	"OptInRequired": estate.CodeNotEnabled, "SubscriptionRequiredException": estate.CodeNotEnabled,
	"RegionDisabledException": estate.CodeNotEnabled, "AWSOrganizationsNotInUseException": estate.CodeNotEnabled,
	"InvalidRegion": estate.CodeNotEnabled,
}

// gone are the endings by which services say that a resource does not exist. A
// collector that asks for a setting which may be absent uses Absent first.
var gone = []string{"NotFound", "NotFoundException", "NotFoundFault", "DoesNotExist", "DoesNotExistFault", "NoSuchBucket", "NoSuchEntity", "NoSuchEntityException", "NonExistentQueue", "QueueDoesNotExist", "Gone"}

func classOf(code string, status int) estate.Code {
	if c, ok := classes[code]; ok {
		return c
	}
	for _, ending := range gone {
		if code != "" && strings.HasSuffix(code, ending) {
			return estate.CodeGone
		}
	}
	switch {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		return estate.CodeDenied
	case status == http.StatusTooManyRequests:
		return estate.CodeThrottled
	case status == http.StatusNotImplemented:
		return estate.CodeUnsupported
	case status >= 500 || status == 0:
		return estate.CodeUnavailable
	default:
		return estate.CodeInvalid
	}
}

func statusOf(err error) int {
	var re *smithyhttp.ResponseError
	if errors.As(err, &re) && re.Response != nil {
		return re.HTTPStatusCode()
	}
	return 0
}

func oneLine(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "timed out"
	case errors.Is(err, context.Canceled):
		return "stopped"
	}
	return source.OneLine(err.Error())
}
