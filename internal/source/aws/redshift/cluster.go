package redshift

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Cluster is a data warehouse of Redshift.
type Cluster struct {
	// Version is the major version of the engine.
	Version string `json:"version"`
	// Status is available when it can be used.
	Status string `json:"status"`
	// NodeType is the kind of its nodes.
	NodeType string `json:"node_type"`
	// Nodes is how many nodes it has.
	Nodes int `json:"nodes"`
	// PubliclyAccessible is whether it has an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// Port is where it listens.
	Port int `json:"port"`
	// Encrypted is whether its storage is encrypted.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// SnapshotRetentionDays is how long automated snapshots are kept; 0 turns them off.
	SnapshotRetentionDays int `json:"snapshot_retention_days"`
	// AllowVersionUpgrade is whether new major versions are installed in the
	// maintenance window.
	AllowVersionUpgrade bool `json:"allow_version_upgrade"`
	// EnhancedVPCRouting is whether loads and unloads go through the VPC.
	EnhancedVPCRouting bool `json:"enhanced_vpc_routing"`
	// MultiAZ is whether it stands in two zones.
	MultiAZ bool `json:"multi_az"`
	// MasterUser is the name of the first user.
	MasterUser string `json:"master_user"`
	// ManagedPassword is whether AWS keeps and rotates the first user's password.
	ManagedPassword bool `json:"managed_password"`
	// DatabaseName is the name of the first database.
	DatabaseName string `json:"database_name"`
	// VPC is the network it stands in.
	VPC string `json:"vpc"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Roles are the ARNs of the roles it can act with.
	Roles []string `json:"roles"`
	// ParameterGroup is the name of its parameter group.
	ParameterGroup string `json:"parameter_group"`
	// ParametersPending is whether a changed parameter waits for a restart.
	ParametersPending bool `json:"parameters_pending"`
	// Parameters are those of the group that decide about TLS and logs: require_ssl,
	// use_fips_ssl, enable_user_activity_logging. One without a value is left out.
	Parameters map[string]string `json:"parameters"`
	// TLSRequired is whether connections without TLS are refused; not known when the
	// parameter has no value or waits for a restart.
	TLSRequired estate.Tri `json:"tls_required"`
	// Logging is where audit logs go; absent when they are off.
	Logging *Logging `json:"logging,omitempty"`
}

// Logging is where audit logs go.
type Logging struct {
	// Destination is s3 or cloudwatch.
	Destination string `json:"destination"`
	// Bucket is the receiving bucket; empty when the logs go to CloudWatch.
	Bucket string `json:"bucket"`
	// Exports are the logs that go to CloudWatch: connectionlog, useractivitylog,
	// userlog.
	Exports []string `json:"exports"`
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_redshift_cluster",
	Service:  "redshift",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeClusters", Permission: "redshift:DescribeClusters"},
		{Op: "DescribeClusterParameters", Permission: "redshift:DescribeClusterParameters", Fills: []string{"parameters", "tls_required"}},
		{Op: "DescribeLoggingStatus", Permission: "redshift:DescribeLoggingStatus", Fills: []string{"logging"}},
	},
	Refresh: []string{
		"CreateCluster", "DeleteCluster", "ModifyCluster", "EnableLogging", "DisableLogging", "ModifyClusterParameterGroup",
		"ResetClusterParameterGroup", "RestoreFromClusterSnapshot", "RebootCluster", "ModifyClusterIamRoles", "CreateTags", "DeleteTags",
	},
	Gone:   []string{"ClusterNotFound"},
	List:   listClusters,
	Detail: readCluster,
	Facets: clusterFacets,
}

func listClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	size := int32(100)
	pages := sdk.NewDescribeClustersPaginator(client(s), &sdk.DescribeClustersInput{MaxRecords: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Clusters {
			found(draft(s, c))
		}
	}
	return nil
}

func draft(s *aws.Session, c types.Cluster) *source.Draft[Cluster] {
	name := aws.Value(c.ClusterIdentifier)
	d := &source.Draft[Cluster]{
		ID: s.ARN("redshift", "cluster:"+name), Name: name, Created: aws.Value(c.ClusterCreateTime).In(time.UTC),
		Tags: aws.Tags(c.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
	}
	d.Config = Cluster{
		Version: aws.Value(c.ClusterVersion), Status: aws.Value(c.ClusterStatus), NodeType: aws.Value(c.NodeType), Nodes: int(aws.Value(c.NumberOfNodes)),
		PubliclyAccessible: aws.Value(c.PubliclyAccessible), Encrypted: aws.Value(c.Encrypted), KMSKey: aws.Value(c.KmsKeyId),
		SnapshotRetentionDays: int(aws.Value(c.AutomatedSnapshotRetentionPeriod)), AllowVersionUpgrade: aws.Value(c.AllowVersionUpgrade),
		EnhancedVPCRouting: aws.Value(c.EnhancedVpcRouting), MultiAZ: isEnabled(aws.Value(c.MultiAZ)), MasterUser: aws.Value(c.MasterUsername),
		ManagedPassword: aws.Value(c.MasterPasswordSecretArn) != "", DatabaseName: aws.Value(c.DBName), VPC: aws.Value(c.VpcId),
	}
	if c.Endpoint != nil {
		d.Config.Port = int(aws.Value(c.Endpoint.Port))
	}
	for _, g := range c.VpcSecurityGroups {
		d.Config.SecurityGroups = append(d.Config.SecurityGroups, aws.Value(g.VpcSecurityGroupId))
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+aws.Value(g.VpcSecurityGroupId)))
	}
	for _, r := range c.IamRoles {
		d.Config.Roles = append(d.Config.Roles, aws.Value(r.IamRoleArn))
		d.Relate(estate.RunsAs, aws.Value(r.IamRoleArn))
	}
	for _, g := range c.ClusterParameterGroups {
		d.Config.ParameterGroup = aws.Value(g.ParameterGroupName)
		d.Config.ParametersPending = aws.Value(g.ParameterApplyStatus) == "pending-reboot"
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

// isEnabled reads Redshift's "Enabled" and "Disabled", whatever their case.
func isEnabled(text string) bool { return text == "Enabled" || text == "enabled" }
