package ecs

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Cluster is an ECS cluster: the ground on which services and tasks run.
type Cluster struct {
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// ContainerInsights is how much its load is measured: enhanced, enabled or disabled.
	ContainerInsights string `json:"container_insights"`
	// ExecLogging is what becomes of sessions opened into containers: NONE writes nothing
	// down, DEFAULT uses the log of the task, OVERRIDE the places below; empty when the
	// cluster was never told, which acts as DEFAULT.
	ExecLogging string `json:"exec_logging"`
	// ExecLogGroup is the log group of such sessions; empty when they go elsewhere.
	ExecLogGroup string `json:"exec_log_group"`
	// ExecLogBucket is the bucket of such sessions; empty when they go elsewhere.
	ExecLogBucket string `json:"exec_log_bucket"`
	// ExecLogEncrypted is whether every place named for such sessions is encrypted.
	ExecLogEncrypted bool `json:"exec_log_encrypted"`
	// ExecKey is the key that encrypts the sessions themselves; empty when there is none of
	// the customer's.
	ExecKey string `json:"exec_key"`
	// StorageKey is the key for the temporary disks of Fargate tasks; empty when AWS keeps
	// the key.
	StorageKey string `json:"storage_key"`
	// CapacityProviders are what may run its tasks, such as FARGATE; empty when tasks are
	// placed on instances only.
	CapacityProviders []string `json:"capacity_providers"`
	// Services is how many services it runs.
	Services int `json:"services"`
	// RunningTasks is how many tasks it runs.
	RunningTasks int `json:"running_tasks"`
	// Instances is how many machines of the customer's belong to it.
	Instances int `json:"instances"`
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_ecs_cluster",
	Service:  "ecs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "ecs:ListClusters"},
		{Op: "DescribeClusters", Permission: "ecs:DescribeClusters"},
	},
	Refresh: []string{"CreateCluster", "DeleteCluster", "UpdateCluster", "UpdateClusterSettings", "PutClusterCapacityProviders", "TagResource", "UntagResource"},
	List:    listClusters,
	Facets:  relateCluster,
}

func listClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	arns, err := clusterARNs(ctx, s)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(arns, 100) {
		out, err := client(s).DescribeClusters(ctx, &sdk.DescribeClustersInput{
			Clusters: chunk, Include: []types.ClusterField{types.ClusterFieldConfigurations, types.ClusterFieldSettings, types.ClusterFieldTags},
		})
		if err != nil {
			return err
		}
		if err := missing(out.Failures); err != nil {
			return err
		}
		for _, c := range out.Clusters {
			found(draftCluster(c))
		}
	}
	return nil
}

// clusterARNs returns the clusters of the region.
func clusterARNs(ctx context.Context, s *aws.Session) ([]string, error) {
	return aws.Shared(s, "ecs clusters", func() ([]string, error) {
		size := int32(100)
		var arns []string
		pages := sdk.NewListClustersPaginator(client(s), &sdk.ListClustersInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			arns = append(arns, page.ClusterArns...)
		}
		return arns, nil
	})
}

// missing makes an error of resources that a batch did not answer for, other than those
// deleted since they were listed.
func missing(failures []types.Failure) error {
	for _, f := range failures {
		if aws.Value(f.Reason) != "MISSING" {
			return estate.Errorf(estate.CodeUnavailable, "describe "+aws.Value(f.Arn), "ECS answered %s", aws.Value(f.Reason))
		}
	}
	return nil
}

func draftCluster(c types.Cluster) *source.Draft[Cluster] {
	d := &source.Draft[Cluster]{ID: aws.Value(c.ClusterArn), Name: aws.Value(c.ClusterName), Tags: tags(c.Tags)}
	d.Config = Cluster{
		Status: aws.Value(c.Status), ContainerInsights: "disabled", CapacityProviders: c.CapacityProviders,
		Services: int(c.ActiveServicesCount), RunningTasks: int(c.RunningTasksCount), Instances: int(c.RegisteredContainerInstancesCount),
	}
	for _, set := range c.Settings {
		if set.Name == types.ClusterSettingNameContainerInsights {
			d.Config.ContainerInsights = aws.Value(set.Value)
		}
	}
	if c.Configuration == nil {
		return d
	}
	if m := c.Configuration.ManagedStorageConfiguration; m != nil {
		d.Config.StorageKey = aws.Value(m.FargateEphemeralStorageKmsKeyId)
	}
	if e := c.Configuration.ExecuteCommandConfiguration; e != nil {
		d.Config.ExecLogging, d.Config.ExecKey = string(e.Logging), aws.Value(e.KmsKeyId)
		if l := e.LogConfiguration; l != nil {
			d.Config.ExecLogGroup, d.Config.ExecLogBucket = aws.Value(l.CloudWatchLogGroupName), aws.Value(l.S3BucketName)
			d.Config.ExecLogEncrypted = (d.Config.ExecLogGroup == "" || l.CloudWatchEncryptionEnabled) &&
				(d.Config.ExecLogBucket == "" || l.S3EncryptionEnabled) && d.Config.ExecLogGroup+d.Config.ExecLogBucket != ""
		}
	}
	return d
}

func relateCluster(d *source.Draft[Cluster]) {
	for _, key := range []string{d.Config.ExecKey, d.Config.StorageKey} {
		d.Relate(estate.EncryptedBy, sibling(d.ID, "kms", key, "key/"))
	}
	d.Relate(estate.LogsTo, sibling(d.ID, "logs", d.Config.ExecLogGroup, "log-group:"))
}
