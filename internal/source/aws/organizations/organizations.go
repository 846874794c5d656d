// Package organizations collects AWS Organizations: the accounts, how they are
// grouped, and the policies over them. Most of it is told to the management account
// and to delegated administrators alone: elsewhere the types are refused, which is
// not the same as an organisation without policies. A scan of a whole organisation
// reads them once.
package organizations

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{account, delegatedAdministrator, organization, organizationalUnit, policy}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// told returns the list with words for what a refusal mostly means: no permission lets a
// member ask about the organisation.
func told[C any](list func(context.Context, *aws.Session, func(*source.Draft[C])) error) func(context.Context, *aws.Session, func(*source.Draft[C])) error {
	return func(ctx context.Context, s *aws.Session, found func(*source.Draft[C])) error {
		return plainly(list(ctx, s, found))
	}
}

func plainly(err error) error {
	if err == nil {
		return nil
	}
	if p := aws.Explain(err); p.Code == estate.CodeDenied {
		return aws.Plainly(err, "AWS tells this only to the management account and to delegated administrators ("+p.Name+")")
	}
	return err
}

var tagsCall = source.Call{Op: "ListTagsForResource", Permission: "organizations:ListTagsForResource", Fills: []string{"tags"}}

// readTags reads the tags of an account, unit or policy by its short id.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C], id string) {
	d.Try("tags", func() error {
		var list []types.Tag
		pages := sdk.NewListTagsForResourcePaginator(client(s), &sdk.ListTagsForResourceInput{ResourceId: &id})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			list = append(list, page.Tags...)
		}
		d.Tags = aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		return nil
	})
}
