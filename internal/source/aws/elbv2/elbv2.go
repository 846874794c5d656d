// Package elbv2 collects the Application, Network and Gateway Load Balancers of
// Elastic Load Balancing.
package elbv2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{loadBalancer, listener, targetGroup}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is the most that lists of the service give at once.
func pageSize() *int32 {
	n := int32(400)
	return &n
}

// loadBalancers lists the load balancers of the region once for all who need them.
func loadBalancers(ctx context.Context, s *aws.Session) ([]types.LoadBalancer, error) {
	return aws.Shared(s, "elbv2 load balancers", func() ([]types.LoadBalancer, error) {
		var all []types.LoadBalancer
		pages := sdk.NewDescribeLoadBalancersPaginator(client(s), &sdk.DescribeLoadBalancersInput{PageSize: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.LoadBalancers...)
		}
		return all, nil
	})
}

// tagBatch is a group of resources whose tags one call tells.
type tagBatch struct {
	arns []string
	once source.Once[map[string]map[string]string]
}

// mostTagged is how many resources one call may ask for.
const mostTagged = 20

// inBatches returns a batch for every ARN, in order.
func inBatches(arns []string) []*tagBatch {
	out := make([]*tagBatch, 0, len(arns))
	for i := range arns {
		if i%mostTagged == 0 {
			out = append(out, &tagBatch{arns: arns[i:min(i+mostTagged, len(arns))]})
		} else {
			out = append(out, out[i-1])
		}
	}
	return out
}

// read returns the tags of one resource of the batch. When another one of the batch
// is gone the whole call fails, so that it is asked again alone.
func (b *tagBatch) read(ctx context.Context, s *aws.Session, arn string) (map[string]string, error) {
	all, err := b.once.Do(func() (map[string]map[string]string, error) { return tagsOf(ctx, s, b.arns) })
	if aws.IsCode(err, "LoadBalancerNotFound", "ListenerNotFound", "TargetGroupNotFound") && len(b.arns) > 1 {
		all, err = tagsOf(ctx, s, []string{arn})
	}
	return all[arn], err
}

func tagsOf(ctx context.Context, s *aws.Session, arns []string) (map[string]map[string]string, error) {
	out, err := client(s).DescribeTags(ctx, &sdk.DescribeTagsInput{ResourceArns: arns})
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for _, d := range out.TagDescriptions {
		all[aws.Value(d.ResourceArn)] = aws.Tags(d.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
	}
	return all, nil
}

// readTags fills in the tags of a draft through its batch.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C], batch *tagBatch) {
	d.Try("tags", func() (err error) {
		d.Tags, err = batch.read(ctx, s, d.ID)
		return err
	})
}
