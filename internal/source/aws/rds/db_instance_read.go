package rds

import (
	"context"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

func relateDBInstance(s *aws.Session, d *source.Draft[DBInstance]) {
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	if d.Config.Cluster != "" {
		d.Relate(estate.MemberOf, s.ARN("rds", "cluster:"+d.Config.Cluster))
	}
	if d.Config.SubnetGroup != "" {
		d.Relate(estate.MemberOf, s.ARN("rds", "subgrp:"+d.Config.SubnetGroup))
	}
}

func readDBInstance(ctx context.Context, s *aws.Session, d *source.Draft[DBInstance]) error {
	c := &d.Config
	backup.ReadLast(ctx, s, d, &c.LastAWSBackup)
	if c.Cluster != "" {
		d.Try("cluster_settings", func() (err error) {
			c.ClusterSettings, err = settingsOfCluster(ctx, s, c.Cluster)
			return err
		})
	}
	if len(c.ParameterGroups) == 0 {
		return nil
	}
	d.Try("parameters", func() error {
		found, err := parameters(ctx, s, c.ParameterGroups[0])
		if err != nil {
			return err
		}
		c.Parameters = found
		if c.Cluster == "" {
			c.TLSRequired = tlsRequired(c.Engine, c.EngineVersion, found, c.ParametersPending)
		}
		return nil
	}, "tls_required")
	return nil
}

func settingsOfCluster(ctx context.Context, s *aws.Session, name string) (*ClusterSettings, error) {
	all, err := clusters(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if aws.Value(c.DBClusterIdentifier) == name {
			base := clusterBase(c)
			return &ClusterSettings{
				Encrypted: base.Encrypted, BackupRetentionDays: base.BackupRetentionDays, DeletionProtection: base.DeletionProtection,
				IAMAuthentication: base.IAMAuthentication, LogExports: base.LogExports,
			}, nil
		}
	}
	return nil, estate.Errorf(estate.CodeGone, "read the cluster of a member", "no cluster %q", name)
}

// dbInstanceFacets answers for a member of a cluster with the cluster's settings.
func dbInstanceFacets(d *source.Draft[DBInstance]) {
	c := d.Config
	has := ClusterSettings{
		Encrypted: c.Encrypted, BackupRetentionDays: c.BackupRetentionDays, DeletionProtection: c.DeletionProtection,
		IAMAuthentication: c.IAMAuthentication, LogExports: c.LogExports,
	}
	var from []string
	if c.Cluster != "" {
		from = []string{"cluster_settings"}
	}
	if c.ClusterSettings != nil {
		has = *c.ClusterSettings
	}
	d.Offer(facet.Encryption{AtRest: estate.TriOf(has.Encrypted), CustomerKey: customerKey(has.Encrypted), KeyID: c.KMSKey, InTransit: c.TLSRequired}, from...)
	// This is about backups of RDS itself. What AWS Backup copied once may have been
	// copied by hand, so that it leaves the answer open.
	other := estate.No
	if c.LastAWSBackup != nil {
		other = estate.Maybe
	}
	d.Offer(facet.Backup{
		Automated: estate.TriOf(has.BackupRetentionDays > 0).Or(other), RetentionDays: has.BackupRetentionDays,
		PointInTime: estate.TriOf(has.BackupRetentionDays > 0), DeletionProtected: estate.TriOf(has.DeletionProtection),
	}, from...)
	d.Offer(facet.DataStore{
		Kind: storeKind(c.Engine), Engine: c.Engine, Version: c.EngineVersion, Versioned: estate.No,
		PasswordLogin: passwordLogin(has.IAMAuthentication),
	}, from...)
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PubliclyAccessible), AllowedRanges: []string{}, Ports: ports(c.Port)})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(has.LogExports)+len(c.LogExports) > 0)}, from...)
}

// storeKind is the neutral kind of an engine's store.
func storeKind(engine string) string {
	if engine == "docdb" || engine == "neptune" {
		return "document"
	}
	return "relational"
}
