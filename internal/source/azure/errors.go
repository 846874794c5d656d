package azure

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Explain returns what an error of the SDK means, by its status and error code, never
// by its text.
func Explain(err error) source.Problem {
	var auth *azidentity.AuthenticationFailedError
	if errors.As(err, &auth) {
		return source.Problem{Code: estate.CodeUnauthorized, Detail: "the sign-in was refused"}
	}
	var resp *azcore.ResponseError
	if !errors.As(err, &resp) {
		code := estate.CodeOf(err)
		if code == estate.CodeInternal && !errors.Is(err, errTruncated) {
			code = estate.CodeUnavailable
		}
		if errors.Is(err, context.Canceled) {
			return source.Problem{Code: code, Detail: "stopped"}
		}
		return source.Problem{Code: code, Detail: source.OneLine(err.Error())}
	}
	p := source.Problem{Name: resp.ErrorCode, Detail: source.OneLine(resp.ErrorCode), Op: operation(resp)}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || resp.ErrorCode == "RateLimiting":
		p.Code = estate.CodeThrottled
	case resp.ErrorCode == "MissingSubscriptionRegistration" || resp.ErrorCode == "SubscriptionNotRegistered":
		p.Code = estate.CodeNotEnabled
	case resp.StatusCode == http.StatusForbidden:
		p.Code = estate.CodeDenied
	case resp.StatusCode == http.StatusUnauthorized:
		p.Code = estate.CodeUnauthorized
	case resp.StatusCode == http.StatusNotFound:
		p.Code = estate.CodeGone
	case resp.StatusCode >= http.StatusInternalServerError:
		p.Code = estate.CodeUnavailable
	default:
		p.Code = estate.CodeInvalid
	}
	return p
}

// operation names a request by the last fixed part of its path: "containers" for a list
// of containers, "resources" for a query.
func operation(resp *azcore.ResponseError) string {
	if resp.RawResponse == nil || resp.RawResponse.Request == nil {
		return ""
	}
	path := strings.TrimSuffix(resp.RawResponse.Request.URL.Path, "/")
	return path[strings.LastIndex(path, "/")+1:]
}
