package aws

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"github.com/stance-sec/stance/internal/estate"
)

// Options say how AWS is reached. The zero value uses the SDK's usual environment:
// profiles, SSO, instance roles, AWS_ENDPOINT_URL, AWS_CA_BUNDLE.
type Options struct {
	// Profile is a profile of the shared configuration files.
	Profile string
	// Region is the first region to speak to; the environment's, or the home region.
	Region string
	// Endpoint is an address to speak to instead of AWS.
	Endpoint string
	// CABundle is a PEM file with the authorities to trust.
	CABundle string
	// Role is the name of the role to take in other accounts.
	Role string
	// ExternalID is sent when the role is taken.
	ExternalID string
	// Share is how much of the default budgets may be used; 0 means all of it.
	Share float64
}

// Connector is an open door to AWS with the caller's own credentials. It may be used
// concurrently.
type Connector struct {
	// Account, ARN and Partition are those of the caller.
	Account, ARN, Partition string
	// Budgets are shared by everything read through the connector.
	Budgets *Budgets

	options  Options
	config   aws.Config
	sessions sessionPool
	members  atomic.Pointer[[]Member]
}

// Open finds credentials and asks AWS who they belong to.
func Open(ctx context.Context, o Options) (*Connector, error) {
	if o.Share == 0 {
		o.Share = 1
	}
	c := &Connector{options: o, Budgets: NewBudgets(o.Share)}
	if err := c.checkAddresses(); err != nil {
		return nil, err
	}
	cfg, err := c.load(ctx)
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnauthorized, "load the AWS configuration", "%w", err).
			WithHint("check the profile with `aws configure list`, or the file named by AWS_CONFIG_FILE")
	}
	c.config = cfg
	out, err := sts.NewFromConfig(cfg, few).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, openError(err, cfg)
	}
	c.Account, c.ARN = aws.ToString(out.Account), aws.ToString(out.Arn)
	if c.Account == "" {
		return nil, estate.Errorf(estate.CodeUnavailable, "ask AWS who you are", "the answer names no account").WithHint(noAWS(cfg))
	}
	c.Partition = partitionOf(c.ARN)
	return c, nil
}

// firstAnswer is how long one try of the first call may take.
const firstAnswer = 15 * time.Second

// few keeps the first call from trying for minutes when nothing listens, or does not answer.
func few(o *sts.Options) {
	if client, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
		o.HTTPClient = client.WithTimeout(firstAnswer)
	}
	o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.MaxAttempts, r.MaxBackoff = 3, time.Second })
}

func (c *Connector) load(ctx context.Context) (aws.Config, error) {
	load := []func(*config.LoadOptions) error{
		config.WithHTTPClient(c.client()),
		config.WithRetryer(retryer),
		config.WithLogger(logging.Nop{}), // errors come back as errors; nothing else belongs on a terminal
		config.WithAPIOptions([]func(*middleware.Stack) error{
			func(s *middleware.Stack) error { return s.Initialize.Add(onlyReads, middleware.Before) },
			func(s *middleware.Stack) error { return s.Deserialize.Add(onlyAnswers, middleware.After) },
		}),
	}
	if c.options.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(c.options.Profile))
	}
	if c.options.Region != "" {
		load = append(load, config.WithRegion(c.options.Region))
	}
	if c.options.CABundle != "" {
		pem, err := os.Open(c.options.CABundle)
		if err != nil {
			return aws.Config{}, err
		}
		defer pem.Close() //nolint:errcheck // only read
		load = append(load, config.WithCustomCABundle(pem))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return cfg, err
	}
	if c.options.Endpoint != "" {
		cfg.BaseEndpoint = &c.options.Endpoint
	}
	if cfg.Region == "" {
		cfg.Region = homeRegions["aws"]
	}
	return cfg, nil
}

// client returns the one HTTP client of the connector. Hosts below that of a custom
// endpoint are dialled there, because some services put the account before the name.
func (c *Connector) client() *awshttp.BuildableClient {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}
	host := hostOf(c.endpoint())
	return awshttp.NewBuildableClient().WithTimeout(2 * time.Minute).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns, t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 512, 64, 128
		t.ResponseHeaderTimeout = 30 * time.Second
		t.TLSHandshakeTimeout = 10 * time.Second
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		if system, err := x509.SystemCertPool(); err == nil && c.options.CABundle != "" {
			t.TLSClientConfig.RootCAs = system // which the bundle's authorities are added to
		}
		t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			name, port, err := net.SplitHostPort(address)
			if err == nil && host != "" && strings.HasSuffix(name, "."+host) {
				address = net.JoinHostPort(host, port)
			}
			return dialer.DialContext(ctx, network, address)
		}
	})
}

func (c *Connector) endpoint() string {
	if c.options.Endpoint != "" {
		return c.options.Endpoint
	}
	return os.Getenv("AWS_ENDPOINT_URL")
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// homeRegions are the regions in which the global services of a partition answer.
var homeRegions = map[string]string{"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

func partitionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 3)
	if len(parts) < 3 || parts[1] == "" {
		return "aws"
	}
	return parts[1]
}

// Enter takes the role in an account and proves that it is there: the account that
// answers must be the one asked for. The caller's own account needs no role.
func (c *Connector) Enter(ctx context.Context, account string) (*Account, error) {
	cfg := c.config.Copy()
	if account != c.Account {
		role := "arn:" + c.Partition + ":iam::" + account + ":role/" + c.options.Role
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c.config), role, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "stance"
			if c.options.ExternalID != "" {
				o.ExternalID = &c.options.ExternalID
			}
		}))
		out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			p := Explain(err)
			code := p.Code
			if code != estate.CodeUnavailable && code != estate.CodeThrottled {
				code = estate.CodeDenied
			}
			return nil, estate.Errorf(code, "take the role "+role, "%s", p.Detail).
				WithHint("the role must exist there and trust " + c.ARN + externalHint(c.options))
		}
		if got := aws.ToString(out.Account); got != account {
			return nil, estate.Errorf(estate.CodeInternal, "enter account "+account, "the credentials belong to account %s", got)
		}
	}
	cfg.APIOptions = append(cfg.APIOptions, c.Budgets.spend(account))
	return &Account{ID: account, Partition: c.Partition, connector: c, config: cfg}, nil
}

func externalHint(o Options) string {
	if o.ExternalID == "" {
		return " (if its trust asks for an external id, give it with --external-id)"
	}
	return " with the external id you gave"
}
