// Package postgresql collects Azure Database for PostgreSQL.
package postgresql

import (
	"context"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/azure"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*azure.Session] {
	return []source.Kind[*azure.Session]{flexibleServer}
}

// FlexibleServer is a PostgreSQL server.
type FlexibleServer struct {
	// Version is the major version.
	Version string `json:"version"`
	// NetworkAccess is whether it has an address on the internet.
	NetworkAccess bool `json:"network_access"`
	// BackupRetentionDays is how long backups are kept; Azure always makes them.
	BackupRetentionDays int `json:"backup_retention_days"`
	// GeoBackup is whether backups are copied to another region.
	GeoBackup bool `json:"geo_backup"`
	// PasswordLogin is whether passwords sign in; false when only identities do.
	PasswordLogin bool `json:"password_login"`
	// CustomerKey is the address of the customer's own key; empty when Azure keeps it.
	CustomerKey string `json:"customer_key"`
	// HighAvailability is whether a standby waits.
	HighAvailability bool `json:"high_availability"`
}

type serverProperties struct {
	Version string `json:"version"`
	Network struct {
		PublicNetworkAccess string `json:"publicNetworkAccess"`
	} `json:"network"`
	Backup struct {
		RetentionDays int    `json:"backupRetentionDays"`
		Geo           string `json:"geoRedundantBackup"`
	} `json:"backup"`
	Auth struct {
		Password string `json:"passwordAuth"`
	} `json:"authConfig"`
	Encryption struct {
		Key string `json:"primaryKeyURI"`
	} `json:"dataEncryption"`
	HighAvailability struct {
		Mode string `json:"mode"`
	} `json:"highAvailability"`
}

var flexibleServer = source.Type[*azure.Session, FlexibleServer]{
	Name:     "azurerm_postgresql_flexible_server",
	Service:  "postgresql",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "resources", Permission: "Microsoft.DBforPostgreSQL/flexibleServers/read"}},
	Refresh:  []string{"Microsoft.DBforPostgreSQL/flexibleServers/write", "Microsoft.DBforPostgreSQL/flexibleServers/delete"},
	List:     listServers,
	Facets:   serverFacets,
}

func listServers(ctx context.Context, s *azure.Session, found func(*source.Draft[FlexibleServer])) error {
	return azure.Rows(ctx, s, "resources", "type =~ 'microsoft.dbforpostgresql/flexibleservers'", func(row azure.Row[serverProperties]) error {
		p := row.Properties
		found(azure.Draft(row, FlexibleServer{
			Version: p.Version, NetworkAccess: !strings.EqualFold(p.Network.PublicNetworkAccess, "Disabled"),
			BackupRetentionDays: p.Backup.RetentionDays, GeoBackup: strings.EqualFold(p.Backup.Geo, "Enabled"),
			PasswordLogin: !strings.EqualFold(p.Auth.Password, "Disabled"), CustomerKey: p.Encryption.Key,
			HighAvailability: p.HighAvailability.Mode != "" && !strings.EqualFold(p.HighAvailability.Mode, "Disabled"),
		}))
		return nil
	})
}

// serverFacets knows that the service always encrypts its storage and always backs up
// ("Data encryption" and "Backup and restore in Azure Database for PostgreSQL").
func serverFacets(d *source.Draft[FlexibleServer]) {
	c := d.Config
	d.Offer(facet.DataStore{Kind: "relational", Engine: "postgres", Version: c.Version, Versioned: estate.No, PasswordLogin: estate.TriOf(c.PasswordLogin)})
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(c.CustomerKey != ""), KeyID: c.CustomerKey, InTransit: estate.Maybe})
	d.Offer(facet.Backup{Automated: estate.Yes, RetentionDays: c.BackupRetentionDays, PointInTime: estate.Yes, DeletionProtected: estate.Maybe})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.NetworkAccess), AllowedRanges: []string{}, Ports: []int{5432}})
}
