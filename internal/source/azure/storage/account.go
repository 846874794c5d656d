package storage

import (
	"context"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// Account is a storage account: blobs, files, queues and tables behind one name.
type Account struct {
	// PublicBlobs is whether containers may let everyone in at all. Accounts made
	// before the setting existed have none and allow it.
	PublicBlobs bool `json:"public_blobs"`
	// NetworkAccess is whether its name answers on the internet at all.
	NetworkAccess bool `json:"network_access"`
	// DefaultDeny is whether networks that no rule names are refused.
	DefaultDeny bool `json:"default_deny"`
	// AllowedRanges are the internet addresses that are let in when others are refused.
	AllowedRanges []string `json:"allowed_ranges"`
	// HTTPSOnly is whether plain connections are refused.
	HTTPSOnly bool `json:"https_only"`
	// MinimumTLS is the oldest protocol that is accepted, such as TLS1_2; empty when
	// the account does not say, which accepts TLS 1.0.
	MinimumTLS string `json:"minimum_tls"`
	// SharedKeys is whether the account's own keys open it, beside identities.
	SharedKeys bool `json:"shared_keys"`
	// CustomerKey is the address of the customer's own key; empty when Azure keeps it.
	CustomerKey string `json:"customer_key"`
	// Containers are its blob containers; empty when the account lets no container be
	// public, since then they decide nothing.
	Containers []Container `json:"containers"`
}

// Container is a blob container.
type Container struct {
	// Name is its name.
	Name string `json:"name"`
	// PublicAccess is None, Blob (anyone reads what they can name) or Container
	// (anyone lists, too).
	PublicAccess string `json:"public_access"`
}

// properties are those of Microsoft.Storage/storageAccounts that are read.
type properties struct {
	AllowBlobPublicAccess    *bool  `json:"allowBlobPublicAccess"`
	PublicNetworkAccess      string `json:"publicNetworkAccess"`
	SupportsHTTPSTrafficOnly bool   `json:"supportsHttpsTrafficOnly"`
	MinimumTLSVersion        string `json:"minimumTlsVersion"`
	AllowSharedKeyAccess     *bool  `json:"allowSharedKeyAccess"`
	NetworkACLs              struct {
		DefaultAction string `json:"defaultAction"`
		IPRules       []struct {
			Value string `json:"value"`
		} `json:"ipRules"`
	} `json:"networkAcls"`
	Encryption struct {
		KeySource  string `json:"keySource"`
		Properties struct {
			Name  string `json:"keyname"`
			Vault string `json:"keyvaulturi"`
		} `json:"keyvaultproperties"`
	} `json:"encryption"`
}

var account = source.Type[*azure.Session, Account]{
	Name:     "azurerm_storage_account",
	Service:  "storage",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "resources", Permission: "Microsoft.Storage/storageAccounts/read"},
		{Op: "containers", Permission: "Microsoft.Storage/storageAccounts/blobServices/containers/read", Fills: []string{"containers"}},
	},
	Refresh: []string{"Microsoft.Storage/storageAccounts/write", "Microsoft.Storage/storageAccounts/delete", "Microsoft.Storage/storageAccounts/blobServices/containers/write"},
	List:    listAccounts,
	Detail:  readAccount,
	Facets:  accountFacets,
}

func listAccounts(ctx context.Context, s *azure.Session, found func(*source.Draft[Account])) error {
	return azure.Rows(ctx, s, "resources", "type =~ 'microsoft.storage/storageaccounts'", func(row azure.Row[properties]) error {
		p := row.Properties
		a := Account{
			PublicBlobs: p.AllowBlobPublicAccess == nil || *p.AllowBlobPublicAccess, NetworkAccess: !strings.EqualFold(p.PublicNetworkAccess, "Disabled"),
			DefaultDeny: strings.EqualFold(p.NetworkACLs.DefaultAction, "Deny"), HTTPSOnly: p.SupportsHTTPSTrafficOnly,
			MinimumTLS: p.MinimumTLSVersion, SharedKeys: p.AllowSharedKeyAccess == nil || *p.AllowSharedKeyAccess,
			AllowedRanges: []string{}, Containers: []Container{},
		}
		for _, rule := range p.NetworkACLs.IPRules {
			a.AllowedRanges = append(a.AllowedRanges, rule.Value)
		}
		if strings.EqualFold(p.Encryption.KeySource, "Microsoft.Keyvault") {
			a.CustomerKey = strings.TrimSuffix(p.Encryption.Properties.Vault, "/") + "/keys/" + p.Encryption.Properties.Name
		}
		found(azure.Draft(row, a))
		return nil
	})
}

// readAccount reads the containers where one could be public: Resource Graph does not
// hold them.
func readAccount(ctx context.Context, s *azure.Session, d *source.Draft[Account]) error {
	if !d.Config.PublicBlobs {
		return nil
	}
	d.Try("containers", func() error {
		return azure.List(ctx, s.Connector, d.ID+"/blobServices/default/containers", "2023-05-01", func(c struct {
			Name       string `json:"name"`
			Properties struct {
				PublicAccess string `json:"publicAccess"`
			} `json:"properties"`
		}) {
			access := c.Properties.PublicAccess
			if access == "" {
				access = "None"
			}
			d.Config.Containers = append(d.Config.Containers, Container{Name: c.Name, PublicAccess: access})
		})
	})
	return nil
}

func accountFacets(d *source.Draft[Account]) {
	a := d.Config
	reachable := a.NetworkAccess && !a.DefaultDeny
	policy := facet.AccessPolicy{
		Documents: []policydoc.Document{}, Grants: []facet.Grant{},
		PolicyBlocked: estate.TriOf(!a.PublicBlobs), ListBlocked: estate.TriOf(!a.PublicBlobs), Enforced: estate.TriOf(!a.PublicBlobs || !reachable),
	}
	for _, c := range a.Containers {
		if c.PublicAccess != "None" {
			policy.Grants = append(policy.Grants, facet.Grant{Principal: "anonymous", Anyone: true, Permission: c.PublicAccess + " " + c.Name, Read: true})
		}
	}
	d.Offer(policy)
	d.Carry("containers", "facets.access_policy.grants")
	d.Offer(facet.DataStore{Kind: "object", Versioned: estate.Maybe, PasswordLogin: estate.TriOf(a.SharedKeys)})
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(a.CustomerKey != ""), KeyID: a.CustomerKey, InTransit: estate.TriOf(a.HTTPSOnly)})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(a.NetworkAccess), AllowedRanges: a.AllowedRanges, Ports: []int{443}})
}
