// Package sql collects Google Cloud SQL.
package sql

import (
	"context"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*gcp.Session] { return []source.Kind[*gcp.Session]{databaseInstance} }

// DatabaseInstance is a Cloud SQL server.
type DatabaseInstance struct {
	// Version is the product and version, such as POSTGRES_16.
	Version string `json:"version"`
	// PublicAddress is whether it has an address on the internet.
	PublicAddress bool `json:"public_address"`
	// AuthorizedNetworks are the ranges that may connect to the public address.
	AuthorizedNetworks []string `json:"authorized_networks"`
	// TLSOnly is whether plain connections are refused.
	TLSOnly bool `json:"tls_only"`
	// Backups is whether automated backups are made.
	Backups bool `json:"backups"`
	// PointInTime is whether any moment of the retention can be restored.
	PointInTime bool `json:"point_in_time"`
	// RetainedBackups is how many daily backups are kept; 0 when the default of 7 holds.
	RetainedBackups int `json:"retained_backups"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// CustomerKey is the key; empty when Google keeps it.
	CustomerKey string `json:"customer_key"`
	// Flags are the database flags that are set.
	Flags map[string]string `json:"flags"`
}

type instanceData struct {
	Name     string `json:"name"`
	Version  string `json:"databaseVersion"`
	Region   string `json:"region"`
	Settings struct {
		Labels             map[string]string `json:"userLabels"`
		DeletionProtection bool              `json:"deletionProtectionEnabled"`
		IP                 struct {
			Public     bool   `json:"ipv4Enabled"`
			RequireSSL bool   `json:"requireSsl"`
			SSLMode    string `json:"sslMode"`
			Authorized []struct {
				Value string `json:"value"`
			} `json:"authorizedNetworks"`
		} `json:"ipConfiguration"`
		Backup struct {
			Enabled   bool `json:"enabled"`
			PITR      bool `json:"pointInTimeRecoveryEnabled"`
			BinaryLog bool `json:"binaryLogEnabled"`
			Retention struct {
				Count int `json:"retainedBackups"`
			} `json:"backupRetentionSettings"`
		} `json:"backupConfiguration"`
		Flags []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"databaseFlags"`
	} `json:"settings"`
	Encryption struct {
		Key string `json:"kmsKeyName"`
	} `json:"diskEncryptionConfiguration"`
}

var databaseInstance = source.Type[*gcp.Session, DatabaseInstance]{
	Name:     "google_sql_database_instance",
	Service:  "sql",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "ListAssets", Permission: "cloudasset.assets.listResource"}},
	Refresh:  []string{"cloudsql.instances.create", "cloudsql.instances.update", "cloudsql.instances.delete"},
	List:     listInstances,
	Facets:   instanceFacets,
}

func listInstances(ctx context.Context, s *gcp.Session, found func(*source.Draft[DatabaseInstance])) error {
	return gcp.Assets(ctx, s, "sqladmin.googleapis.com/Instance", func(a gcp.Asset[instanceData]) error {
		i := a.Data
		d := gcp.Draft(a, DatabaseInstance{
			Version: i.Version, PublicAddress: i.Settings.IP.Public, AuthorizedNetworks: []string{},
			TLSOnly: i.Settings.IP.RequireSSL || i.Settings.IP.SSLMode == "ENCRYPTED_ONLY" || i.Settings.IP.SSLMode == "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
			Backups: i.Settings.Backup.Enabled, PointInTime: i.Settings.Backup.PITR || i.Settings.Backup.BinaryLog,
			RetainedBackups: i.Settings.Backup.Retention.Count, DeletionProtection: i.Settings.DeletionProtection,
			CustomerKey: i.Encryption.Key, Flags: map[string]string{},
		})
		for _, n := range i.Settings.IP.Authorized {
			d.Config.AuthorizedNetworks = append(d.Config.AuthorizedNetworks, n.Value)
		}
		for _, f := range i.Settings.Flags {
			d.Config.Flags[f.Name] = f.Value
		}
		d.Name, d.Region, d.Tags = i.Name, i.Region, i.Settings.Labels
		d.Relate(estate.EncryptedBy, i.Encryption.Key)
		found(d)
		return nil
	})
}

// instanceFacets knows that the service always encrypts its storage ("Data encryption
// in Cloud SQL"). Whether passwords sign in depends on the users, which the inventory
// does not hold; without the IAM flag they are the only way.
func instanceFacets(d *source.Draft[DatabaseInstance]) {
	c := d.Config
	engine, version, _ := strings.Cut(strings.ToLower(c.Version), "_")
	iam := c.Flags["cloudsql.iam_authentication"] == "on" || c.Flags["cloudsql_iam_authentication"] == "on"
	password := estate.Yes
	if iam {
		password = estate.Maybe
	}
	days := c.RetainedBackups
	if c.Backups && days == 0 {
		days = 7
	}
	d.Offer(facet.DataStore{Kind: "relational", Engine: engine, Version: strings.ReplaceAll(version, "_", "."), Versioned: estate.No, PasswordLogin: password})
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(c.CustomerKey != ""), KeyID: c.CustomerKey, InTransit: estate.TriOf(c.TLSOnly)})
	d.Offer(facet.Backup{Automated: estate.TriOf(c.Backups), RetentionDays: days, PointInTime: estate.TriOf(c.PointInTime), DeletionProtected: estate.TriOf(c.DeletionProtection)})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PublicAddress), AllowedRanges: c.AuthorizedNetworks, Ports: []int{}})
}
