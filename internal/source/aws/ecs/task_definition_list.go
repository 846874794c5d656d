package ecs

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// listTaskDefinitions finds the revisions in use and the newest active one of each
// family: what runs, and what runs next.
func listTaskDefinitions(ctx context.Context, s *aws.Session, found func(*source.Draft[TaskDefinition])) error {
	all, err := services(ctx, s)
	if err != nil {
		return err
	}
	known := map[string]*TaskDefinition{}
	at := func(arn string) *TaskDefinition {
		if known[arn] == nil {
			known[arn] = &TaskDefinition{}
		}
		return known[arn]
	}
	for _, one := range all {
		for _, arn := range definitionsOf(one) {
			at(arn).Services = append(at(arn).Services, aws.Value(one.ServiceArn))
		}
	}
	running, err := runningTasks(ctx, s)
	if err != nil {
		return err
	}
	for arn, count := range running {
		at(arn).RunningTasks = count
	}
	newest, err := newestRevisions(ctx, s)
	if err != nil {
		return err
	}
	for _, arn := range newest {
		at(arn).Newest = true
	}
	for arn, config := range known {
		slices.Sort(config.Services)
		found(&source.Draft[TaskDefinition]{ID: arn, Name: arn[strings.LastIndex(arn, "/")+1:], Config: *config})
	}
	return nil
}

// definitionsOf returns the task definitions that a service runs, during a deployment
// more than one, each once.
func definitionsOf(one types.Service) []string {
	arns := []string{aws.Value(one.TaskDefinition)}
	for _, deployment := range one.Deployments {
		arns = append(arns, aws.Value(deployment.TaskDefinition))
	}
	for _, set := range one.TaskSets {
		arns = append(arns, aws.Value(set.TaskDefinition))
	}
	slices.Sort(arns)
	return slices.DeleteFunc(slices.Compact(arns), func(arn string) bool { return arn == "" })
}

// gathered runs a read for each item and returns all that the reads returned.
func gathered[T any](ctx context.Context, items []string, read func(context.Context, string) ([]T, error)) ([]T, error) {
	var mu sync.Mutex
	var all []T
	err := source.Parallel(ctx, items, func(ctx context.Context, item string) error {
		some, err := read(ctx, item)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, some...)
		return err
	})
	return all, err
}

// runningTasks counts the running tasks of each task definition, also those that no
// service started.
func runningTasks(ctx context.Context, s *aws.Session) (map[string]int, error) {
	clusters, err := clusterARNs(ctx, s)
	if err != nil {
		return nil, err
	}
	definitions, err := gathered(ctx, clusters, func(ctx context.Context, cluster string) ([]string, error) {
		return runningIn(ctx, s, cluster)
	})
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, arn := range definitions {
		counts[arn]++
	}
	return counts, nil
}

// runningIn returns the task definition of each running task of a cluster; none when the
// cluster is gone by now.
func runningIn(ctx context.Context, s *aws.Session, cluster string) ([]string, error) {
	size := int32(100)
	var definitions []string
	pages := sdk.NewListTasksPaginator(client(s), &sdk.ListTasksInput{Cluster: &cluster, MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, aws.Absent(err, "ClusterNotFoundException")
		}
		if len(page.TaskArns) == 0 {
			continue
		}
		out, err := client(s).DescribeTasks(ctx, &sdk.DescribeTasksInput{Cluster: &cluster, Tasks: page.TaskArns})
		if err != nil {
			return nil, aws.Absent(err, "ClusterNotFoundException")
		}
		if err := missing(out.Failures); err != nil {
			return nil, err
		}
		for _, task := range out.Tasks {
			if arn := aws.Value(task.TaskDefinitionArn); arn != "" {
				definitions = append(definitions, arn)
			}
		}
	}
	return definitions, nil
}

// newestRevisions returns the newest active revision of each family. It takes a call per
// family: a list of all revisions, of which a family may have a million, would take more.
func newestRevisions(ctx context.Context, s *aws.Session) ([]string, error) {
	size := int32(100)
	var families []string
	pages := sdk.NewListTaskDefinitionFamiliesPaginator(client(s), &sdk.ListTaskDefinitionFamiliesInput{
		MaxResults: &size, Status: types.TaskDefinitionFamilyStatusActive,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		families = append(families, page.Families...)
	}
	return gathered(ctx, families, func(ctx context.Context, family string) ([]string, error) {
		one := int32(1)
		out, err := client(s).ListTaskDefinitions(ctx, &sdk.ListTaskDefinitionsInput{
			FamilyPrefix: &family, Status: types.TaskDefinitionStatusActive, Sort: types.SortOrderDesc, MaxResults: &one,
		})
		if err != nil || len(out.TaskDefinitionArns) == 0 { // none: deregistered since
			return nil, err
		}
		return []string{slices.MaxFunc(out.TaskDefinitionArns, func(a, b string) int { return revision(a) - revision(b) })}, nil
	})
}

// revision is the number at the end of a task definition's ARN; 0 when there is none.
func revision(arn string) int {
	number, err := strconv.Atoi(arn[strings.LastIndex(arn, ":")+1:])
	if err != nil {
		return 0
	}
	return number
}
