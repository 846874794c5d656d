package rds

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

// DBInstance is a database server of RDS, Aurora, DocumentDB or Neptune.
type DBInstance struct {
	// Engine is the product, such as postgres, mysql, aurora-postgresql or docdb.
	Engine string `json:"engine"`
	// EngineVersion is its version.
	EngineVersion string `json:"engine_version"`
	// Class is the machine it runs on.
	Class string `json:"class"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// Cluster is the cluster it belongs to; empty when it stands alone.
	Cluster string `json:"cluster"`
	// ClusterSettings are what the cluster decides for its members, in place of the
	// fields of the same name; absent when it stands alone.
	ClusterSettings *ClusterSettings `json:"cluster_settings,omitempty"`
	// PubliclyAccessible is whether its name resolves to an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// Port is where it listens.
	Port int `json:"port"`
	// Encrypted is whether its storage is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// BackupRetentionDays is how long automated backups are kept; 0 turns them off.
	BackupRetentionDays int `json:"backup_retention_days"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// MultiAZ is whether a standby waits in another zone.
	MultiAZ bool `json:"multi_az"`
	// IAMAuthentication is whether identities of AWS may sign in.
	IAMAuthentication bool `json:"iam_authentication"`
	// ManagedPassword is whether AWS keeps and rotates the master password.
	ManagedPassword bool `json:"managed_password"`
	// MasterUser is the name of the first user.
	MasterUser string `json:"master_user"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// CopyTagsToSnapshot is whether snapshots carry the instance's tags.
	CopyTagsToSnapshot bool `json:"copy_tags_to_snapshot"`
	// PerformanceInsights is whether its load is recorded.
	PerformanceInsights bool `json:"performance_insights"`
	// MonitoringInterval is the seconds between measurements of its host; 0 is off.
	MonitoringInterval int `json:"monitoring_interval"`
	// LogExports are the logs that go to CloudWatch.
	LogExports []string `json:"log_exports"`
	// CACertificate is the authority that signed the server's certificate.
	CACertificate string `json:"ca_certificate"`
	// CertificateEnds is when the server's certificate ends; absent when nothing tells.
	CertificateEnds *time.Time `json:"certificate_ends,omitempty"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// SubnetGroup is the set of subnets it may stand in.
	SubnetGroup string `json:"subnet_group"`
	// VPC is the network it stands in.
	VPC string `json:"vpc"`
	// ParameterGroups are the names of its parameter groups.
	ParameterGroups []string `json:"parameter_groups"`
	// ReplicaOf is what it is a read replica of; empty when it is none.
	ReplicaOf string `json:"replica_of"`
	// LastAWSBackup is when AWS Backup last copied it; absent when it never did.
	LastAWSBackup *time.Time `json:"last_aws_backup,omitempty"`
	// Parameters are those of its parameter group that decide about encryption on the
	// wire and logs, such as rds.force_ssl or log_statement; one without a value is
	// left out.
	Parameters map[string]string `json:"parameters"`
	// ParametersPending is whether a changed parameter waits for a restart before it
	// counts.
	ParametersPending bool `json:"parameters_pending"`
	// TLSRequired is whether connections without TLS are refused; where the parameter has
	// no value, by the default of the engine's version. It is not known for engines
	// without such a parameter, while a change waits for a restart, and for members of a
	// cluster, whose cluster says it.
	TLSRequired estate.Tri `json:"tls_required"`
}

// ClusterSettings are the settings of a cluster that count for its members.
type ClusterSettings struct {
	// Encrypted is whether the cluster's storage is encrypted.
	Encrypted bool `json:"encrypted"`
	// BackupRetentionDays is how long the cluster's automated backups are kept.
	BackupRetentionDays int `json:"backup_retention_days"`
	// DeletionProtection is whether deleting the cluster takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// IAMAuthentication is whether identities of AWS may sign in.
	IAMAuthentication bool `json:"iam_authentication"`
	// LogExports are the cluster's logs that go to CloudWatch.
	LogExports []string `json:"log_exports"`
}

var dbInstance = source.Type[*aws.Session, DBInstance]{
	Name:     "aws_db_instance",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBInstances", Permission: "rds:DescribeDBInstances"},
		{Op: "DescribeDBClusters", Permission: "rds:DescribeDBClusters", Fills: []string{"cluster_settings"}},
		{Op: "DescribeDBParameters", Permission: "rds:DescribeDBParameters", Fills: []string{"parameters", "tls_required"}},
		backup.LastCall,
	},
	Refresh: []string{
		"CreateDBInstance", "DeleteDBInstance", "ModifyDBInstance", "RebootDBInstance", "PromoteReadReplica",
		"CreateDBInstanceReadReplica", "RestoreDBInstanceFromDBSnapshot", "ModifyDBParameterGroup", "ResetDBParameterGroup",
		"ModifyDBCluster", "StartDBInstance", "StopDBInstance", "RestoreDBInstanceToPointInTime", "RestoreDBInstanceFromS3",
		"AddTagsToResource", "RemoveTagsFromResource",
	},
	List:   listDBInstances,
	Detail: readDBInstance,
	Facets: dbInstanceFacets,
}

func listDBInstances(ctx context.Context, s *aws.Session, found func(*source.Draft[DBInstance])) error {
	pages := sdk.NewDescribeDBInstancesPaginator(client(s), &sdk.DescribeDBInstancesInput{MaxRecords: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, db := range page.DBInstances {
			found(draftDBInstance(s, db))
		}
	}
	return nil
}

func draftDBInstance(s *aws.Session, db types.DBInstance) *source.Draft[DBInstance] {
	d := &source.Draft[DBInstance]{
		ID: aws.Value(db.DBInstanceArn), Name: aws.Value(db.DBInstanceIdentifier), Tags: tags(db.TagList),
		Created: aws.Value(db.InstanceCreateTime).In(time.UTC),
	}
	d.Config = DBInstance{
		Engine: aws.Value(db.Engine), EngineVersion: aws.Value(db.EngineVersion), Class: aws.Value(db.DBInstanceClass),
		Status: aws.Value(db.DBInstanceStatus), Cluster: aws.Value(db.DBClusterIdentifier),
		PubliclyAccessible: aws.Value(db.PubliclyAccessible), Encrypted: aws.Value(db.StorageEncrypted), KMSKey: keyOf(db.StorageEncrypted, db.KmsKeyId),
		BackupRetentionDays: int(aws.Value(db.BackupRetentionPeriod)), DeletionProtection: aws.Value(db.DeletionProtection),
		MultiAZ: aws.Value(db.MultiAZ), IAMAuthentication: aws.Value(db.IAMDatabaseAuthenticationEnabled),
		ManagedPassword: db.MasterUserSecret != nil, MasterUser: aws.Value(db.MasterUsername),
		AutoMinorUpgrade: aws.Value(db.AutoMinorVersionUpgrade), CopyTagsToSnapshot: aws.Value(db.CopyTagsToSnapshot),
		PerformanceInsights: aws.Value(db.PerformanceInsightsEnabled), MonitoringInterval: int(aws.Value(db.MonitoringInterval)),
		LogExports: db.EnabledCloudwatchLogsExports, CACertificate: aws.Value(db.CACertificateIdentifier),
		ReplicaOf: aws.Value(db.ReadReplicaSourceDBInstanceIdentifier),
	}
	if db.CertificateDetails != nil {
		d.Config.CertificateEnds = db.CertificateDetails.ValidTill
	}
	if db.Endpoint != nil {
		d.Config.Port = int(aws.Value(db.Endpoint.Port))
	}
	if g := db.DBSubnetGroup; g != nil {
		d.Config.SubnetGroup, d.Config.VPC = aws.Value(g.DBSubnetGroupName), aws.Value(g.VpcId)
	}
	d.Config.SecurityGroups = firewalls(s, db.VpcSecurityGroups, func(id string) { d.Relate(estate.GuardedBy, id) })
	for _, g := range db.DBParameterGroups {
		d.Config.ParameterGroups = append(d.Config.ParameterGroups, aws.Value(g.DBParameterGroupName))
		d.Config.ParametersPending = d.Config.ParametersPending || aws.Value(g.ParameterApplyStatus) == "pending-reboot"
	}
	relateDBInstance(s, d)
	return d
}
