package backup

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/backup"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// LastCall is the call behind ReadLast, for types that fill last_aws_backup with it.
var LastCall = source.Call{Op: "ListProtectedResources", Permission: "backup:ListProtectedResources", Fills: []string{"last_aws_backup"}}

// ReadLast fills into with the time at which AWS Backup last copied the resource; nil
// when it never did. One list answers for all resources of the region.
func ReadLast[C any](ctx context.Context, s *aws.Session, d *source.Draft[C], into **time.Time) {
	d.Try("last_aws_backup", func() error {
		all, err := lastBackups(ctx, s)
		if at, ok := all[d.ID]; ok {
			*into = &at
		}
		return err
	})
}

// lastBackups returns when AWS Backup last copied what it protects, by ARN.
func lastBackups(ctx context.Context, s *aws.Session) (map[string]time.Time, error) {
	return aws.Shared(s, "backup protected resources", func() (map[string]time.Time, error) {
		found := map[string]time.Time{}
		size := int32(1000)
		pages := sdk.NewListProtectedResourcesPaginator(client(s), &sdk.ListProtectedResourcesInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, r := range page.Results {
				if r.LastBackupTime != nil {
					found[aws.Value(r.ResourceArn)] = r.LastBackupTime.UTC()
				}
			}
		}
		return found, nil
	})
}
