package ec2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// lister lists the resources that filters let through; all without any.
type lister[C any] func(ctx context.Context, s *aws.Session, filters []types.Filter, found func(*source.Draft[C])) error

// all is for Type.List.
func (l lister[C]) all(ctx context.Context, s *aws.Session, found func(*source.Draft[C])) error {
	return l(ctx, s, nil, found)
}

// by is for Type.Find: it seeks the ids that begin with prefix. A filter, other than a
// list of ids, is no error when one of them does not exist.
func (l lister[C]) by(filter, prefix string) func(context.Context, *aws.Session, source.Names, func(*source.Draft[C])) ([]string, error) {
	return func(ctx context.Context, s *aws.Session, names source.Names, found func(*source.Draft[C])) ([]string, error) {
		ids := names.Like(prefix, "-")
		if len(ids) == 0 {
			return nil, nil
		}
		return ids, l(ctx, s, []types.Filter{{Name: &filter, Values: ids}}, found)
	}
}
