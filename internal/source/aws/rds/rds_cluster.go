package rds

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

// Cluster is a cluster of Aurora or a Multi-AZ cluster of RDS.
type Cluster struct {
	ClusterBase
	// EngineMode is provisioned, serverless (version 1), global or empty.
	EngineMode string `json:"engine_mode"`
	// PubliclyAccessible is whether its name resolves to an address on the internet.
	// For Aurora its instances say so, and this is false.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves; for
	// Aurora its instances say so.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// BacktrackSeconds is how far it can be wound back in place; 0 is off. Only Aurora
	// MySQL can do it.
	BacktrackSeconds int `json:"backtrack_seconds"`
	// DataAPI is whether statements may be sent over HTTPS with AWS credentials.
	DataAPI bool `json:"data_api"`
	// ActivityStream is whether the engine's activity is streamed to Kinesis.
	ActivityStream bool `json:"activity_stream"`
	// PerformanceInsights is whether its load is recorded.
	PerformanceInsights bool `json:"performance_insights"`
	// MonitoringInterval is the seconds between measurements of its hosts; 0 is off.
	MonitoringInterval int `json:"monitoring_interval"`
	// Global is the name of the global cluster it belongs to; empty when it belongs
	// to none.
	Global string `json:"global"`
}

var rdsCluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_rds_cluster",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBClusters", Permission: "rds:DescribeDBClusters"},
		{Op: "DescribeDBClusterParameters", Permission: "rds:DescribeDBClusterParameters", Fills: []string{"parameters", "tls_required"}},
		backup.LastCall,
	},
	Refresh: clusterEvents,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
		return listClusters(ctx, s, func(engine string) bool { return engine != "docdb" && engine != "neptune" }, fillCluster, found)
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
		readCluster(ctx, s, d, &d.Config.ClusterBase)
		return nil
	},
	Facets: func(d *source.Draft[Cluster]) {
		offerCluster(d, d.Config.ClusterBase, "relational")
		d.Offer(facet.Exposure{PublicEndpoint: clusterPublic(d.Config), AllowedRanges: []string{}, Ports: ports(d.Config.Port)})
	},
}

// clusterEvents are the events that change a cluster of any engine.
var clusterEvents = []string{
	"CreateDBCluster", "DeleteDBCluster", "ModifyDBCluster", "RestoreDBClusterFromSnapshot",
	"RestoreDBClusterToPointInTime", "PromoteReadReplicaDBCluster", "CreateDBInstance", "DeleteDBInstance",
	"ModifyDBClusterParameterGroup", "ResetDBClusterParameterGroup", "EnableHttpEndpoint", "DisableHttpEndpoint",
	"StartActivityStream", "StopActivityStream", "AddTagsToResource", "RemoveTagsFromResource", "StartDBCluster",
	"StopDBCluster",
}

func fillCluster(into *Cluster, c types.DBCluster, base ClusterBase) {
	*into = Cluster{
		ClusterBase: base, EngineMode: aws.Value(c.EngineMode), PubliclyAccessible: aws.Value(c.PubliclyAccessible),
		AutoMinorUpgrade: aws.Value(c.AutoMinorVersionUpgrade), BacktrackSeconds: int(aws.Value(c.BacktrackWindow)),
		DataAPI: aws.Value(c.HttpEndpointEnabled), ActivityStream: c.ActivityStreamStatus == types.ActivityStreamStatusStarted,
		PerformanceInsights: aws.Value(c.PerformanceInsightsEnabled), MonitoringInterval: int(aws.Value(c.MonitoringInterval)),
		Global: aws.Value(c.GlobalClusterIdentifier),
	}
}

// clusterPublic is open for Aurora, whose instances have the addresses.
func clusterPublic(c Cluster) estate.Tri {
	if c.Engine == "mysql" || c.Engine == "postgres" {
		return estate.TriOf(c.PubliclyAccessible)
	}
	return estate.Maybe
}
