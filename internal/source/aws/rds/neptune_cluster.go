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

// NeptuneCluster is a cluster of the graph database Neptune. It refuses plain
// connections whatever its parameters say.
type NeptuneCluster struct {
	ClusterBase
	// PubliclyAccessible is whether its name resolves to an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
}

var neptuneCluster = source.Type[*aws.Session, NeptuneCluster]{
	Name:     "aws_neptune_cluster",
	Service:  "rds",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeDBClusters", Permission: "rds:DescribeDBClusters"},
		{Op: "DescribeDBClusterParameters", Permission: "rds:DescribeDBClusterParameters", Fills: []string{"parameters"}},
		backup.LastCall,
	},
	Refresh: clusterEvents,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[NeptuneCluster])) error {
		fill := func(into *NeptuneCluster, c types.DBCluster, base ClusterBase) {
			into.ClusterBase, into.PubliclyAccessible = base, aws.Value(c.PubliclyAccessible)
		}
		return listClusters(ctx, s, func(engine string) bool { return engine == "neptune" }, fill, found)
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[NeptuneCluster]) error {
		readCluster(ctx, s, d, &d.Config.ClusterBase)
		return nil
	},
	// A graph is nearest to documents among the neutral kinds.
	Facets: func(d *source.Draft[NeptuneCluster]) {
		offerCluster(d, d.Config.ClusterBase, "document")
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(d.Config.PubliclyAccessible), AllowedRanges: []string{}, Ports: ports(d.Config.Port)})
	},
}
