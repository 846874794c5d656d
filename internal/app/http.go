package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/api"
	"github.com/stance-sec/stance/internal/service/api/ask"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/service/job"
	"github.com/stance-sec/stance/internal/service/picture"
	"github.com/stance-sec/stance/internal/service/query"
	"github.com/stance-sec/stance/internal/service/server"
	"github.com/stance-sec/stance/internal/service/watch"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/paths"
	"github.com/stance-sec/stance/queries"
	"github.com/stance-sec/stance/web"
)

// HTTPOptions say how a server listens and who may sign in.
type HTTPOptions struct {
	server.Options
	// SignIn is the file that names an identity provider; empty for local users alone.
	SignIn string
}

// HTTP makes the server of a node. Told is given the password of the first administrator
// when there is no user yet: it is kept nowhere.
func (n *Node) HTTP(ctx context.Context, o HTTPOptions, told func(name, password string)) (*server.Server, func(context.Context) error, error) {
	provider, err := loadSignIn(o.SignIn, n.options.Getenv)
	if err != nil {
		return nil, nil, err
	}
	people := auth.New(n.Store, auth.Options{OIDC: provider, Now: n.options.Now})
	asker, err := n.asker()
	if err != nil {
		return nil, nil, err
	}
	files, err := web.Files()
	if err != nil {
		return nil, nil, estate.Errorf(estate.CodeInternal, "open the dashboard", "%w", err)
	}
	tracer, flush, err := server.Tracing(ctx, n.options.Getenv, Version)
	if err != nil {
		return nil, nil, err
	}
	s, err := server.New(server.Dependencies{
		API: api.Dependencies{
			Store: n.Store, Auth: people, Queue: n.Queue, Scan: n.scan, Told: n.Daemon.Tell, Decided: n.decided, Checks: n.Rules.Library.Checks(), Frameworks: n.Rules.Catalog,
			Access: asker, Graph: asker, Settings: func() api.Settings { return n.settings(&o, provider) }, Version: Version, Now: n.options.Now,
		},
		Auth: people, Static: files, Logger: n.options.Logger, Tracer: tracer, Depths: n.depths, Now: n.options.Now,
	}, o.Options)
	if err != nil {
		return nil, nil, errors.Join(err, flush(ctx))
	}
	// After everything that can be wrong with the options: the password is shown once.
	password, err := people.FirstAdmin(ctx)
	if err != nil {
		return nil, nil, errors.Join(err, flush(ctx))
	}
	if password != "" {
		told("admin", password)
	}
	return s, flush, nil
}

// asker answers questions about access and paths.
func (n *Node) asker() (*ask.Asker, error) {
	rules, err := escalate.Load(paths.FS, ".")
	if err != nil {
		return nil, err
	}
	saved, err := query.Library(queries.FS)
	if err != nil {
		return nil, err
	}
	return ask.New(ask.Options{
		Store: n.Store, Mapping: n.options.Mapping, Picture: picture.Options{Table: n.Rules.Table, Rules: rules}, Types: TypeNames(), Saved: saved, Now: n.options.Now,
	}), nil
}

// TypeNames returns the names of all resource types, sorted.
func TypeNames() []string {
	var names []string
	names = appendNames(names, AWSKinds())
	names = appendNames(names, AzureKinds())
	names = appendNames(names, GCPKinds())
	slices.Sort(names)
	return names
}

func appendNames[S source.Session](names []string, kinds []source.Kind[S]) []string {
	for _, k := range kinds {
		names = append(names, k.Info().Name)
	}
	return names
}

// scan asks for a reading now.
func (n *Node) scan(ctx context.Context, class string) (string, error) {
	c := watch.Class(class)
	if c == "" {
		c = watch.Everything
	}
	if c != watch.Fast && c != watch.Slow && c != watch.Everything {
		return "", estate.Errorf(estate.CodeInvalid, "ask for a reading", "there is no class %q", class).WithHint("it is fast, slow or everything")
	}
	return class, n.Daemon.Sweep(ctx, c)
}

// decided has everything judged soon, since somebody decided something.
func (n *Node) decided(ctx context.Context) error { return n.Daemon.Review(ctx, n.options.Now()) }

// depths counts what waits in each queue, up to some hundred.
func (n *Node) depths(ctx context.Context) (map[string]int, error) {
	depths := map[string]int{}
	for _, queue := range []string{job.Reads, job.Events, job.Alerts, job.Review} {
		rows, _, err := n.Queue.List(ctx, job.Filter{Queues: []string{queue}, States: []string{"available", "retryable", "running"}, Limit: 200})
		if err != nil {
			return nil, err
		}
		depths[queue] = len(rows)
	}
	return depths, nil
}

// settings returns the configuration without secrets.
func (n *Node) settings(o *HTTPOptions, provider *auth.OIDC) api.Settings {
	node := &n.options
	kept := "SQLite in " + node.Data
	if node.Database != "" {
		kept = "PostgreSQL"
	}
	section := func(name string, pairs ...string) api.SettingSection {
		s := api.SettingSection{Name: name}
		for i := 0; i+1 < len(pairs); i += 2 {
			s.Items = append(s.Items, api.SettingValue{Name: pairs[i], Value: pairs[i+1]})
		}
		return s
	}
	sections := []api.SettingSection{
		section("Server", "address", o.Address, "TLS", strconv.FormatBool(o.Certificate != ""), "database", kept, "proxies", fmt.Sprint(prefixes(o.Proxies))),
		section("Schedule", "fast types", node.Schedule.Fast.String(), "everything", node.Schedule.Slow.String(), "review", node.Schedule.Review.String(), "kept for", node.Schedule.Retention.String()),
		section("Alerts", "file", node.Notify),
		section("Checks", "checks", strconv.Itoa(len(n.Rules.Library.Checks())), "frameworks", strconv.Itoa(len(n.Rules.Frameworks)), "risk table", n.Rules.Table.Version()),
	}
	if w := node.AWS; w != nil {
		sections = append(sections, section("AWS", "organisation", strconv.FormatBool(w.Selection.Org), "accounts", fmt.Sprint(w.Selection.Accounts), "regions", fmt.Sprint(w.Selection.Regions),
			"role", w.Connect.Role, "external id", set(w.Connect.ExternalID), "event queues", strconv.Itoa(len(node.Queues))))
	}
	if provider != nil {
		sections = append(sections, section("Sign-in", "provider", provider.Name, "issuer", provider.Issuer, "client", provider.ClientID, "client secret", set(provider.ClientSecret)))
	}
	return api.Settings{Version: Version, Sections: sections}
}

// set words a secret.
func set(secret string) string {
	if secret == "" {
		return "not set"
	}
	return "set"
}

func prefixes(list []netip.Prefix) []string {
	words := []string{}
	for _, p := range list {
		words = append(words, p.String())
	}
	return words
}
