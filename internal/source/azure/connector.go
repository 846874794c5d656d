package azure

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resourcegraph/armresourcegraph"

	"github.com/stance-sec/stance/internal/estate"
)

// Options say how Azure is reached. The zero value uses the default credential chain
// (environment, workload identity, managed identity, Azure CLI) and the public cloud.
type Options struct {
	// Tenant is the directory to sign in to; the credential's own when empty.
	Tenant string
	// Endpoint and Authority replace the addresses of Resource Manager and of the
	// sign-in service, as sovereign clouds and doubles need.
	Endpoint, Authority string
	// CABundle is a PEM file with further authorities to trust.
	CABundle string
}

// Connector is an open door to one tenant. It may be used concurrently.
type Connector struct {
	graph *armresourcegraph.Client
	rest  *arm.Client
}

// Open prepares credentials; nothing is asked yet.
func Open(o Options) (*Connector, error) {
	transport, err := transport(o.CABundle)
	if err != nil {
		return nil, err
	}
	core := azcore.ClientOptions{
		Cloud: o.cloud(), Transport: transport,
		Retry: policy.RetryOptions{MaxRetries: 5, MaxRetryDelay: 20 * time.Second, RetryDelay: time.Second},
	}
	credential, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
		ClientOptions: core, TenantID: o.Tenant, DisableInstanceDiscovery: o.Authority != "",
	})
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnauthorized, "find Azure credentials", "%w", err).WithHint("sign in with `az login`, or set AZURE_CLIENT_ID and its companions")
	}
	return newConnector(credential, core)
}

// newConnector makes the clients. Providers are never registered: that would write.
func newConnector(credential azcore.TokenCredential, core azcore.ClientOptions) (*Connector, error) {
	options := &arm.ClientOptions{ClientOptions: core, DisableRPRegistration: true}
	graph, err := armresourcegraph.NewClient(credential, options)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "open Azure", "%w", err)
	}
	rest, err := arm.NewClient("github.com/stance-sec/stance", "v0.0.0", credential, options)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "open Azure", "%w", err)
	}
	return &Connector{graph: graph, rest: rest}, nil
}

// cloud returns the addresses to speak to.
func (o Options) cloud() cloud.Configuration {
	if o.Endpoint == "" {
		return cloud.AzurePublic
	}
	authority := o.Authority
	if authority == "" {
		authority = cloud.AzurePublic.ActiveDirectoryAuthorityHost
	}
	return cloud.Configuration{
		ActiveDirectoryAuthorityHost: authority,
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Endpoint: o.Endpoint, Audience: "https://management.azure.com"},
		},
	}
}

func transport(bundle string) (*http.Client, error) {
	t := &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConns: 128, MaxIdleConnsPerHost: 32, ResponseHeaderTimeout: time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}
	if bundle == "" {
		return &http.Client{Transport: t}, nil
	}
	pem, err := os.ReadFile(bundle)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read the CA bundle", "%w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, estate.Errorf(estate.CodeInvalid, "read the CA bundle "+bundle, "it holds no certificate")
	}
	t.TLSClientConfig.RootCAs = pool
	return &http.Client{Transport: t}, nil
}

// Subscription is one subscription of the tenant.
type Subscription struct {
	ID, Name string
	Enabled  bool
}

// Subscriptions returns what the credential may see, sorted by id. None is an error: a
// scan of nothing must not look clean.
func (c *Connector) Subscriptions(ctx context.Context) ([]Subscription, error) {
	var subs []Subscription
	err := List(ctx, c, "/subscriptions", "2022-12-01", func(row struct {
		ID    string `json:"subscriptionId"`
		Name  string `json:"displayName"`
		State string `json:"state"`
	}) {
		subs = append(subs, Subscription{ID: row.ID, Name: row.Name, Enabled: row.State == "Enabled" || row.State == "Warned"})
	})
	if err != nil {
		p := Explain(err)
		return nil, estate.Errorf(p.Code, "list the subscriptions", "%s", p.Detail).WithHint("the identity needs the Reader role on a subscription or management group")
	}
	if len(subs) == 0 {
		return nil, estate.Errorf(estate.CodeDenied, "list the subscriptions", "Azure named none").
			WithHint("the identity needs the Reader role on a subscription or management group")
	}
	slices.SortFunc(subs, func(a, b Subscription) int { return compare(a.ID, b.ID) })
	return subs, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

var errTruncated = errors.New("the Azure Resource Graph cut the answer short without a way to go on")
