// Package identity collects the identities that Azure manages for workloads, and what
// was granted to them.
package identity

import (
	"context"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*azure.Session] {
	return []source.Kind[*azure.Session]{managedIdentity}
}

// ManagedIdentity is a user-assigned identity.
type ManagedIdentity struct {
	// PrincipalID is what role assignments name.
	PrincipalID string `json:"principal_id"`
	// ClientID is what its tokens name.
	ClientID string `json:"client_id"`
	// Grants are the roles given to it, sorted by scope.
	Grants []Grant `json:"grants"`
}

// Grant is one role assignment.
type Grant struct {
	// Role is the id of the role definition.
	Role string `json:"role"`
	// Scope is where it holds: a management group, subscription, group or resource.
	Scope string `json:"scope"`
}

// owner, contributor and user access administrator: the built-in roles that can give
// themselves anything, or change everything ("Azure built-in roles").
var administrators = []string{"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"}

type identityProperties struct {
	PrincipalID string `json:"principalId"`
	ClientID    string `json:"clientId"`
}

type assignmentProperties struct {
	PrincipalID string `json:"principalId"`
	RoleID      string `json:"roleDefinitionId"`
	Scope       string `json:"scope"`
}

var managedIdentity = source.Type[*azure.Session, ManagedIdentity]{
	Name:     "azurerm_user_assigned_identity",
	Service:  "identity",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "resources", Permission: "Microsoft.ManagedIdentity/userAssignedIdentities/read"},
	},
	Refresh: []string{"Microsoft.ManagedIdentity/userAssignedIdentities/write", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"},
	List:    listIdentities,
	Facets: func(d *source.Draft[ManagedIdentity]) {
		grants := []string{}
		administrator := estate.No
		for _, g := range d.Config.Grants {
			grants = append(grants, g.Role+" on "+g.Scope)
			if administers(g) {
				administrator = estate.Yes
			}
		}
		d.Offer(facet.Identity{Kind: "service_account", Human: estate.No, MFA: estate.No, Enabled: estate.Yes, Administrator: administrator, Grants: grants, Keys: []facet.Key{}})
	},
}

// administers reports whether a grant makes its holder master of a subscription or more.
func administers(g Grant) bool {
	role := g.Role[strings.LastIndex(g.Role, "/")+1:]
	wide := strings.Count(strings.Trim(g.Scope, "/"), "/") <= 1 || strings.Contains(strings.ToLower(g.Scope), "/managementgroups/")
	return wide && slices.Contains(administrators, strings.ToLower(role))
}

func listIdentities(ctx context.Context, s *azure.Session, found func(*source.Draft[ManagedIdentity])) error {
	grants := map[string][]Grant{}
	err := azure.Rows(ctx, s, "authorizationresources", "type =~ 'microsoft.authorization/roleassignments'", func(row azure.Row[assignmentProperties]) error {
		p := row.Properties
		grants[p.PrincipalID] = append(grants[p.PrincipalID], Grant{Role: p.RoleID, Scope: p.Scope})
		return nil
	})
	if err != nil {
		return err
	}
	return azure.Rows(ctx, s, "resources", "type =~ 'microsoft.managedidentity/userassignedidentities'", func(row azure.Row[identityProperties]) error {
		p := row.Properties
		own := grants[p.PrincipalID]
		slices.SortFunc(own, func(a, b Grant) int { return strings.Compare(a.Scope+a.Role, b.Scope+b.Role) })
		found(azure.Draft(row, ManagedIdentity{PrincipalID: p.PrincipalID, ClientID: p.ClientID, Grants: append([]Grant{}, own...)}))
		return nil
	})
}
