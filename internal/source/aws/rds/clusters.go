package rds

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

// ClusterBase is what clusters of Aurora, RDS, DocumentDB and Neptune have in common.
type ClusterBase struct {
	// Engine is the product, such as aurora-postgresql, mysql, docdb or neptune.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// Encrypted is whether its storage is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// BackupRetentionDays is how long automated backups are kept; at least 1.
	BackupRetentionDays int `json:"backup_retention_days"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// MultiAZ is whether instances stand in more than one zone.
	MultiAZ bool `json:"multi_az"`
	// IAMAuthentication is whether identities of AWS may sign in.
	IAMAuthentication bool `json:"iam_authentication"`
	// ManagedPassword is whether AWS keeps and rotates the master password.
	ManagedPassword bool `json:"managed_password"`
	// MasterUser is the name of the first user; empty where there is none.
	MasterUser string `json:"master_user"`
	// Port is where it listens.
	Port int `json:"port"`
	// CopyTagsToSnapshot is whether snapshots carry the cluster's tags.
	CopyTagsToSnapshot bool `json:"copy_tags_to_snapshot"`
	// LogExports are the logs that go to CloudWatch.
	LogExports []string `json:"log_exports"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// SubnetGroup is the set of subnets it stands in.
	SubnetGroup string `json:"subnet_group"`
	// ParameterGroup is the name of its cluster parameter group.
	ParameterGroup string `json:"parameter_group"`
	// Members are the names of its instances.
	Members []string `json:"members"`
	// ReplicaOf is the ARN of what it is a replica of; empty when it is none.
	ReplicaOf string `json:"replica_of"`
	// LastAWSBackup is when AWS Backup last copied it; absent when it never did.
	LastAWSBackup *time.Time `json:"last_aws_backup,omitempty"`
	// Parameters are those of its parameter group that decide about encryption on the
	// wire and logs, such as rds.force_ssl, tls or audit_logs; one without a value is
	// left out.
	Parameters map[string]string `json:"parameters"`
	// ParametersPending is whether a changed parameter waits for the restart of a
	// member before it counts.
	ParametersPending bool `json:"parameters_pending"`
	// TLSRequired is whether connections without TLS are refused; where the parameter has
	// no value, by the default of the engine's version. It is not known for engines
	// without such a parameter and while a change waits for a restart.
	TLSRequired estate.Tri `json:"tls_required"`
}

// clusters returns all clusters of the region, whatever their engine.
func clusters(ctx context.Context, s *aws.Session) ([]types.DBCluster, error) {
	return aws.Shared(s, "rds clusters", func() ([]types.DBCluster, error) {
		var found []types.DBCluster
		pages := sdk.NewDescribeDBClustersPaginator(client(s), &sdk.DescribeDBClustersInput{MaxRecords: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, page.DBClusters...)
		}
		return found, nil
	})
}

// listClusters hands on the clusters for which match holds, filled in by fill.
func listClusters[C any](ctx context.Context, s *aws.Session, match func(engine string) bool, fill func(*C, types.DBCluster, ClusterBase), found func(*source.Draft[C])) error {
	all, err := clusters(ctx, s)
	if err != nil {
		return err
	}
	for _, c := range all {
		if !match(aws.Value(c.Engine)) {
			continue
		}
		d := &source.Draft[C]{
			ID: aws.Value(c.DBClusterArn), Name: aws.Value(c.DBClusterIdentifier), Tags: tags(c.TagList),
			Created: aws.Value(c.ClusterCreateTime).In(time.UTC),
		}
		base := clusterBase(c)
		base.SecurityGroups = firewalls(s, c.VpcSecurityGroups, func(id string) { d.Relate(estate.GuardedBy, id) })
		fill(&d.Config, c, base)
		d.Relate(estate.EncryptedBy, base.KMSKey)
		d.Relate(estate.SourcedFrom, base.ReplicaOf)
		if base.SubnetGroup != "" {
			d.Relate(estate.MemberOf, s.ARN("rds", "subgrp:"+base.SubnetGroup))
		}
		found(d)
	}
	return nil
}

func clusterBase(c types.DBCluster) ClusterBase {
	base := ClusterBase{
		Engine: aws.Value(c.Engine), EngineVersion: aws.Value(c.EngineVersion), Status: aws.Value(c.Status),
		Encrypted: aws.Value(c.StorageEncrypted), KMSKey: keyOf(c.StorageEncrypted, c.KmsKeyId), BackupRetentionDays: int(aws.Value(c.BackupRetentionPeriod)),
		DeletionProtection: aws.Value(c.DeletionProtection), MultiAZ: aws.Value(c.MultiAZ),
		IAMAuthentication: aws.Value(c.IAMDatabaseAuthenticationEnabled), ManagedPassword: c.MasterUserSecret != nil,
		MasterUser: aws.Value(c.MasterUsername), Port: int(aws.Value(c.Port)), CopyTagsToSnapshot: aws.Value(c.CopyTagsToSnapshot),
		LogExports: c.EnabledCloudwatchLogsExports, SubnetGroup: aws.Value(c.DBSubnetGroup),
		ParameterGroup: aws.Value(c.DBClusterParameterGroup), ReplicaOf: aws.Value(c.ReplicationSourceIdentifier),
	}
	for _, m := range c.DBClusterMembers {
		base.Members = append(base.Members, aws.Value(m.DBInstanceIdentifier))
		base.ParametersPending = base.ParametersPending || aws.Value(m.DBClusterParameterGroupStatus) == "pending-reboot"
	}
	return base
}

// readCluster fills in the deciding parameters, what follows from them, and the last
// copy that AWS Backup made.
func readCluster[C any](ctx context.Context, s *aws.Session, d *source.Draft[C], base *ClusterBase) {
	backup.ReadLast(ctx, s, d, &base.LastAWSBackup)
	further := []string{"tls_required"}
	if base.Engine == "neptune" {
		base.TLSRequired, further = estate.Yes, nil
	}
	if base.ParameterGroup == "" {
		return
	}
	d.Try("parameters", func() error {
		found, err := clusterParameters(ctx, s, base.ParameterGroup)
		if err != nil {
			return err
		}
		base.Parameters, base.TLSRequired = found, tlsRequired(base.Engine, base.EngineVersion, found, base.ParametersPending)
		return nil
	}, further...)
}

// offerCluster offers what every cluster says about itself.
func offerCluster[C any](d *source.Draft[C], c ClusterBase, kind string) {
	d.Offer(facet.Encryption{AtRest: estate.TriOf(c.Encrypted), CustomerKey: customerKey(c.Encrypted), KeyID: c.KMSKey, InTransit: c.TLSRequired})
	d.Offer(facet.Backup{
		Automated: estate.TriOf(c.BackupRetentionDays > 0), RetentionDays: c.BackupRetentionDays,
		PointInTime: estate.TriOf(c.BackupRetentionDays > 0), DeletionProtected: estate.TriOf(c.DeletionProtection),
	})
	d.Offer(facet.DataStore{Kind: kind, Engine: c.Engine, Version: c.EngineVersion, Versioned: estate.No, PasswordLogin: passwordLogin(c.IAMAuthentication)})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(c.LogExports) > 0)})
}

// customerKey is open for what is encrypted: the ARN of a key does not tell whose it is.
func customerKey(encrypted bool) estate.Tri {
	if !encrypted {
		return estate.No
	}
	return estate.Maybe
}

// passwordLogin says whether a password is the way in. RDS cannot switch passwords off, so
// that IAM turned on is all its settings can do: which users of the database still have
// one cannot be seen from outside. Neptune has none, and without IAM does not even ask.
func passwordLogin(iam bool) estate.Tri { return estate.TriOf(!iam) }
