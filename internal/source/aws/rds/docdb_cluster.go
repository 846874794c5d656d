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

// DocDBCluster is a cluster of DocumentDB. It is only reachable from its VPC.
type DocDBCluster struct {
	ClusterBase
}

var docDBCluster = source.Type[*aws.Session, DocDBCluster]{
	Name:     "aws_docdb_cluster",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBClusters", Permission: "rds:DescribeDBClusters"},
		{Op: "DescribeDBClusterParameters", Permission: "rds:DescribeDBClusterParameters", Fills: []string{"parameters", "tls_required"}},
		backup.LastCall,
	},
	Refresh: clusterEvents,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[DocDBCluster])) error {
		fill := func(into *DocDBCluster, _ types.DBCluster, base ClusterBase) { into.ClusterBase = base }
		return listClusters(ctx, s, func(engine string) bool { return engine == "docdb" }, fill, found)
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[DocDBCluster]) error {
		readCluster(ctx, s, d, &d.Config.ClusterBase)
		return nil
	},
	Facets: func(d *source.Draft[DocDBCluster]) {
		offerCluster(d, d.Config.ClusterBase, "document")
		d.Offer(facet.Exposure{PublicEndpoint: estate.No, AllowedRanges: []string{}, Ports: ports(d.Config.Port)})
	},
}
