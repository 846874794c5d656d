package gcp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"google.golang.org/api/cloudasset/v1"
	"google.golang.org/api/option"
	htransport "google.golang.org/api/transport/http"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Options say how Google Cloud is reached. The zero value uses application default
// credentials and the public endpoint.
type Options struct {
	// Parent is organizations/NUMBER, folders/NUMBER or projects/ID.
	Parent string
	// Endpoint replaces the address of Cloud Asset Inventory, as doubles need.
	Endpoint string
	// CABundle is a PEM file with further authorities to trust.
	CABundle string
	// QuotaProject pays for the requests; the credential's own when empty.
	QuotaProject string
	// Token, when not empty, is a ready access token, for doubles and short-lived jobs.
	Token string
}

// Connector is an open door to one parent. It may be used concurrently.
type Connector struct {
	parent string
	assets *cloudasset.Service
}

// scope is all that reading takes.
const scope = "https://www.googleapis.com/auth/cloud-platform.read-only"

// Open prepares credentials; nothing is asked yet.
func Open(ctx context.Context, o Options) (*Connector, error) {
	if !validParent(o.Parent) {
		return nil, estate.Errorf(estate.CodeInvalid, "open Google Cloud", "the parent %q is none of organizations/NUMBER, folders/NUMBER, projects/ID", o.Parent)
	}
	client, err := httpClient(ctx, o)
	if err != nil {
		return nil, err
	}
	options := []option.ClientOption{option.WithHTTPClient(client)}
	if o.Endpoint != "" {
		options = append(options, option.WithEndpoint(strings.TrimSuffix(o.Endpoint, "/")+"/"))
	}
	assets, err := cloudasset.NewService(ctx, options...)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "open Google Cloud", "%w", err)
	}
	return &Connector{parent: o.Parent, assets: assets}, nil
}

func validParent(parent string) bool {
	kind, id, ok := strings.Cut(parent, "/")
	return ok && id != "" && !strings.Contains(id, "/") && slices.Contains([]string{"organizations", "folders", "projects"}, kind)
}

// httpClient adds the credentials to the connector's own transport.
func httpClient(ctx context.Context, o Options) (*http.Client, error) {
	base := &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 32, ResponseHeaderTimeout: 2 * time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
	}
	if o.CABundle != "" {
		pool, err := readPool(o.CABundle)
		if err != nil {
			return nil, err
		}
		base.TLSClientConfig.RootCAs = pool
	}
	credentials := []option.ClientOption{option.WithScopes(scope)}
	if o.Token != "" {
		credentials = []option.ClientOption{option.WithTokenSource(staticToken(o.Token))}
	}
	if o.QuotaProject != "" {
		credentials = append(credentials, option.WithQuotaProject(o.QuotaProject))
	}
	transport, err := htransport.NewTransport(ctx, base, credentials...)
	if err != nil {
		return nil, estate.Errorf(estate.CodeUnauthorized, "find Google Cloud credentials", "%s", source.OneLine(err.Error())).
			WithHint("sign in with `gcloud auth application-default login`")
	}
	return &http.Client{Transport: transport}, nil
}

func readPool(bundle string) (*x509.CertPool, error) {
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
	return pool, nil
}

// Plan finds the projects below the parent and returns a task per type for all of them.
func (c *Connector) Plan(ctx context.Context, kinds []source.Kind[*Session], asked []string) (collect.Plan, error) {
	projects, err := c.projects(ctx)
	if err != nil {
		p := Explain(err)
		return collect.Plan{}, estate.Errorf(p.Code, "list the projects of "+c.parent, "%s", p.Detail).
			WithHint("the identity needs roles/cloudasset.viewer on " + c.parent + ", and the Cloud Asset API must be on in its project")
	}
	session := &Session{Connector: c, projects: projects}
	ids := []string{}
	for _, id := range projects {
		if len(asked) == 0 || slices.Contains(asked, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return collect.Plan{}, estate.Errorf(estate.CodeNotFound, "select projects", "%s has none of them", c.parent)
	}
	slices.Sort(ids)
	var plan collect.Plan
	for _, kind := range kinds {
		info := kind.Info()
		plan.Tasks = append(plan.Tasks, collect.Task{
			Scope: estate.Scope{Cloud: estate.GCP, Region: "global", Type: info.Name}, Accounts: ids,
			Explain: Explain, Permissions: source.Permissions(info.Calls),
			Read: func(ctx context.Context, emit func(*estate.Resource) error) error {
				return kind.Collect(ctx, session, emit)
			},
		})
	}
	return plan, nil
}

// projects maps the number of each project below the parent to its id.
func (c *Connector) projects(ctx context.Context) (map[string]string, error) {
	projects := map[string]string{}
	err := c.list(ctx, "RESOURCE", "cloudresourcemanager.googleapis.com/Project", func(a *cloudasset.Asset) error {
		var p struct {
			ID     string `json:"projectId"`
			Number string `json:"projectNumber"`
			State  string `json:"lifecycleState"`
		}
		if err := decode(a, &p); err != nil {
			return err
		}
		if p.State == "" || p.State == "ACTIVE" {
			projects[projectNumber(a)] = p.ID
		}
		return nil
	})
	return projects, err
}
