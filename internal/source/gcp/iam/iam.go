// Package iam collects the identities of Google Cloud and what was granted to them.
package iam

import (
	"context"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*gcp.Session] { return []source.Kind[*gcp.Session]{serviceAccount} }

// ServiceAccount is an identity for workloads.
type ServiceAccount struct {
	// Email is the name by which grants and workloads know it.
	Email string `json:"email"`
	// Enabled is whether it can act.
	Enabled bool `json:"enabled"`
	// Grants are the roles given to it on projects, sorted.
	Grants []Grant `json:"grants"`
	// Impersonators are who may act as it by a binding on the account itself.
	Impersonators []string `json:"impersonators"`
}

// Grant is one role on one project.
type Grant struct {
	// Role is the role, such as roles/owner.
	Role string `json:"role"`
	// On is the full name of the project.
	On string `json:"on"`
	// Condition limits when it holds; empty when it always does.
	Condition string `json:"condition"`
}

type accountData struct {
	Email    string `json:"email"`
	Disabled bool   `json:"disabled"`
	Display  string `json:"displayName"`
}

const accountType = "iam.googleapis.com/ServiceAccount"

var serviceAccount = source.Type[*gcp.Session, ServiceAccount]{
	Name:     "google_service_account",
	Service:  "iam",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "ListAssets", Permission: "cloudasset.assets.listResource"}},
	Refresh:  []string{"google.iam.admin.v1.CreateServiceAccount", "google.iam.admin.v1.DeleteServiceAccount", "google.iam.admin.v1.DisableServiceAccount", "SetIamPolicy"},
	List:     listAccounts,
	Facets: func(d *source.Draft[ServiceAccount]) {
		grants := []string{}
		administrator := estate.No
		for _, g := range d.Config.Grants {
			grants = append(grants, g.Role+" on "+g.On)
			if (g.Role == "roles/owner" || g.Role == "roles/editor") && g.Condition == "" {
				administrator = estate.Yes
			}
		}
		d.Offer(facet.Identity{Kind: "service_account", Human: estate.No, MFA: estate.No, Enabled: estate.TriOf(d.Config.Enabled), Administrator: administrator, Grants: grants, Keys: []facet.Key{}})
	},
}

func listAccounts(ctx context.Context, s *gcp.Session, found func(*source.Draft[ServiceAccount])) error {
	grants, err := projectGrants(ctx, s)
	if err != nil {
		return err
	}
	own, err := gcp.Policies(ctx, s, accountType)
	if err != nil {
		return err
	}
	return gcp.Assets(ctx, s, accountType, func(a gcp.Asset[accountData]) error {
		email := a.Data.Email
		d := gcp.Draft(a, ServiceAccount{Email: email, Enabled: !a.Data.Disabled, Grants: append([]Grant{}, grants[email]...), Impersonators: impersonators(own[a.Name])})
		d.Name, d.Region = email, "global"
		found(d)
		return nil
	})
}

// projectGrants returns the roles given on projects, by the email of the account.
func projectGrants(ctx context.Context, s *gcp.Session) (map[string][]Grant, error) {
	const projects = "cloudresourcemanager.googleapis.com/Project"
	policies, err := gcp.Policies(ctx, s, projects)
	if err != nil {
		return nil, err
	}
	grants := map[string][]Grant{}
	for project, bindings := range policies {
		for _, b := range bindings {
			for _, m := range b.Members {
				if email, ok := strings.CutPrefix(m, "serviceAccount:"); ok {
					grants[email] = append(grants[email], Grant{Role: b.Role, On: project, Condition: b.Condition})
				}
			}
		}
	}
	for _, list := range grants {
		slices.SortFunc(list, func(a, b Grant) int { return strings.Compare(a.On+a.Role, b.On+b.Role) })
	}
	return grants, nil
}

// impersonators returns who may act as an account, sorted.
func impersonators(bindings []gcp.Binding) []string {
	who := []string{}
	for _, b := range bindings {
		if strings.HasPrefix(b.Role, "roles/iam.serviceAccount") || b.Role == "roles/iam.workloadIdentityUser" {
			who = append(who, b.Members...)
		}
	}
	slices.Sort(who)
	return slices.Compact(who)
}
