// Package storage collects Google Cloud Storage.
package storage

import (
	"context"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/gcp"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*gcp.Session] { return []source.Kind[*gcp.Session]{bucket} }

// Bucket is a Cloud Storage bucket.
type Bucket struct {
	// PublicAccessPrevention is enforced or inherited: inherited leaves the answer to
	// the organisation's policy.
	PublicAccessPrevention string `json:"public_access_prevention"`
	// UniformAccess is whether access lists of objects count for nothing.
	UniformAccess bool `json:"uniform_access"`
	// Bindings are the roles given on the bucket.
	Bindings []gcp.Binding `json:"bindings"`
	// Versioning is whether overwritten and deleted objects can be had back.
	Versioning bool `json:"versioning"`
	// CustomerKey is the default key; empty when Google keeps it.
	CustomerKey string `json:"customer_key"`
	// LogBucket is where access logs go; empty when they are off.
	LogBucket string `json:"log_bucket"`
	// RetentionDays is how long objects cannot be deleted; 0 when they can.
	RetentionDays int `json:"retention_days"`
}

type bucketData struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
	IAM    struct {
		Prevention string `json:"publicAccessPrevention"`
		Uniform    struct {
			Enabled bool `json:"enabled"`
		} `json:"uniformBucketLevelAccess"`
	} `json:"iamConfiguration"`
	Versioning struct {
		Enabled bool `json:"enabled"`
	} `json:"versioning"`
	Encryption struct {
		Key string `json:"defaultKmsKeyName"`
	} `json:"encryption"`
	Logging struct {
		Bucket string `json:"logBucket"`
	} `json:"logging"`
	Retention struct {
		Seconds string `json:"retentionPeriod"`
	} `json:"retentionPolicy"`
}

const bucketType = "storage.googleapis.com/Bucket"

var bucket = source.Type[*gcp.Session, Bucket]{
	Name:     "google_storage_bucket",
	Service:  "storage",
	Locality: source.Global,
	Calls:    []source.Call{{Op: "ListAssets", Permission: "cloudasset.assets.listResource"}},
	Refresh:  []string{"storage.buckets.create", "storage.buckets.update", "storage.buckets.delete", "storage.setIamPermissions"},
	List:     listBuckets,
	Facets:   bucketFacets,
}

func listBuckets(ctx context.Context, s *gcp.Session, found func(*source.Draft[Bucket])) error {
	policies, err := gcp.Policies(ctx, s, bucketType)
	if err != nil {
		return err
	}
	return gcp.Assets(ctx, s, bucketType, func(a gcp.Asset[bucketData]) error {
		b := a.Data
		d := gcp.Draft(a, Bucket{
			PublicAccessPrevention: b.IAM.Prevention, UniformAccess: b.IAM.Uniform.Enabled, Bindings: append([]gcp.Binding{}, policies[a.Name]...),
			Versioning: b.Versioning.Enabled, CustomerKey: b.Encryption.Key, LogBucket: b.Logging.Bucket,
		})
		if seconds, err := strconv.Atoi(b.Retention.Seconds); err == nil {
			d.Config.RetentionDays = seconds / 86400
		}
		d.Name, d.Tags, d.Region = b.Name, b.Labels, strings.ToLower(a.Location)
		d.Relate(estate.EncryptedBy, b.Encryption.Key)
		found(d)
		return nil
	})
}

// bucketFacets leaves open whether access lists of single objects let everyone in: they
// are not in the inventory. Only enforced prevention or uniform access settles that.
func bucketFacets(d *source.Draft[Bucket]) {
	b := d.Config
	enforced := estate.TriOf(b.PublicAccessPrevention == "enforced")
	policy := facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: enforced, ListBlocked: enforced, Enforced: enforced}
	for _, binding := range b.Bindings {
		if binding.Anyone() {
			policy.Grants = append(policy.Grants, grant(binding))
		}
	}
	d.Offer(policy)
	d.Offer(facet.DataStore{Kind: "object", Versioned: estate.TriOf(b.Versioning), PasswordLogin: estate.No})
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(b.CustomerKey != ""), KeyID: b.CustomerKey, InTransit: estate.Maybe})
	d.Offer(facet.Logging{Enabled: estate.TriOf(b.LogBucket != ""), Target: b.LogBucket})
}

// grant says what a role lets everyone do, by the endings of the predefined roles.
func grant(b gcp.Binding) facet.Grant {
	name := strings.ToLower(b.Role)
	writes := strings.Contains(name, "admin") || strings.Contains(name, "creator") || strings.Contains(name, "writer") || strings.Contains(name, "owner") || strings.Contains(name, "editor")
	return facet.Grant{Principal: strings.Join(b.Members, ","), Anyone: b.Condition == "", Permission: b.Role, Read: !strings.HasSuffix(name, "creator"), Write: writes}
}
