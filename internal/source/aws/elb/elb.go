// Package elb collects the Classic Load Balancers of Elastic Load Balancing.
package elb

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{loadBalancer}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// notFound is the code for a load balancer that is gone.
const notFound = "LoadBalancerNotFound"

// tagBatch is a group of load balancers whose tags one call tells.
type tagBatch struct {
	names []string
	once  source.Once[map[string]map[string]string]
}

// mostTagged is how many load balancers one call may ask for.
const mostTagged = 20

// read returns the tags of one load balancer of the batch. When another one of the
// batch is gone the whole call fails, so that it is asked again alone.
func (b *tagBatch) read(ctx context.Context, s *aws.Session, name string) (map[string]string, error) {
	all, err := b.once.Do(func() (map[string]map[string]string, error) { return tagsOf(ctx, s, b.names) })
	if aws.IsCode(err, notFound) && len(b.names) > 1 {
		all, err = tagsOf(ctx, s, []string{name})
	}
	return all[name], err
}

func tagsOf(ctx context.Context, s *aws.Session, names []string) (map[string]map[string]string, error) {
	out, err := client(s).DescribeTags(ctx, &sdk.DescribeTagsInput{LoadBalancerNames: names})
	if err != nil {
		return nil, err
	}
	all := map[string]map[string]string{}
	for _, d := range out.TagDescriptions {
		all[aws.Value(d.LoadBalancerName)] = aws.Tags(d.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
	}
	return all, nil
}
