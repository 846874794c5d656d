package aws

import (
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/stance-sec/stance/internal/estate"
)

// openError says of a failed first call what stands in the way, and what to do.
func openError(err error, cfg aws.Config) error {
	p := Explain(err)
	e := estate.Errorf(estate.CodeUnauthorized, "ask AWS who you are", "%s", p.Detail)
	var opErr net.Error
	var sent *url.Error
	var untrusted *tls.CertificateVerificationError
	switch {
	case strings.Contains(err.Error(), "no EC2 IMDS role found"): // the SDK's last resort, whatever answered there
		e = estate.Errorf(estate.CodeUnauthorized, "ask AWS who you are", "no credentials in the environment, in the AWS configuration or from the machine")
		return e.WithHint(noCredentials)
	case p.Name == "ExpiredToken" || p.Name == "ExpiredTokenException":
		return e.WithHint("the credentials have expired: sign in again, for example with `aws sso login`")
	case p.Name != "":
		return e.WithHint("AWS refused the credentials: check them with `aws sts get-caller-identity`")
	case errors.As(err, &untrusted):
		return estate.Errorf(estate.CodeUnavailable, e.Op, "%w", untrusted).
			WithHint("the certificate of " + endpointText(cfg) + " is not trusted: name its authority with --ca-bundle or AWS_CA_BUNDLE")
	case errors.As(err, &opErr) && statusOf(err) == 0 && !strings.Contains(p.Detail, "credentials"):
		if e.Code = estate.CodeUnavailable; errors.As(err, &sent) {
			e = estate.Errorf(e.Code, e.Op, "%s", oneLine(sent.Err))
		}
		return e.WithHint("nothing answers at " + endpointText(cfg) + ": check the network, the proxy and AWS_ENDPOINT_URL")
	case statusOf(err) != 0:
		e.Code = estate.CodeUnavailable
		return e.WithHint(noAWS(cfg))
	default:
		return e.WithHint(noCredentials)
	}
}

const noCredentials = "no usable credentials: set AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in with `aws sso login`" //nolint:gosec // advice, no credential

func noAWS(cfg aws.Config) string {
	return "what answers at " + endpointText(cfg) + " does not speak the AWS API"
}

func endpointText(cfg aws.Config) string {
	if cfg.BaseEndpoint != nil {
		return *cfg.BaseEndpoint
	}
	return "the AWS endpoint in " + cfg.Region
}
