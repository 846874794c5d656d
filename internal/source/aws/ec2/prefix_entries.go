package ec2

import (
	"context"
	"fmt"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// readPrefixLists fills in the ranges behind the prefix lists of rules: a list can
// hold the whole internet.
func readPrefixLists[C any](ctx context.Context, s *aws.Session, d *source.Draft[C], path string, rules []facet.Rule) {
	for i := range rules {
		for j := range rules[i].PrefixLists {
			list := &rules[i].PrefixLists[j]
			at := fmt.Sprintf("%s[%d].prefix_lists[%d].cidrs", path, i, j)
			d.Try(at, func() error {
				cidrs, err := prefixListEntries(ctx, s, list.ID)
				list.CIDRs = cidrs
				return err
			})
			d.Carry(at, "facets.network_rules."+at)
		}
	}
}

// prefixListEntries returns the ranges of a prefix list, in AWS's order.
func prefixListEntries(ctx context.Context, s *aws.Session, id string) ([]string, error) {
	return aws.Shared(s, "ec2 prefix list "+strings.ToLower(id), func() ([]string, error) {
		cidrs := []string{}
		size := int32(100)
		pages := sdk.NewGetManagedPrefixListEntriesPaginator(client(s), &sdk.GetManagedPrefixListEntriesInput{PrefixListId: &id, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, e := range page.Entries {
				cidrs = append(cidrs, aws.Value(e.Cidr))
			}
		}
		return cidrs, nil
	})
}
