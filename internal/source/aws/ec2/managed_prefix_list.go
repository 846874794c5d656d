package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ManagedPrefixList is a named list of ranges that firewall rules and routes point
// at. Lists of AWS and of other accounts are left out.
type ManagedPrefixList struct {
	// ListID is its id, pl- and digits.
	ListID string `json:"list_id"`
	// AddressFamily is IPv4 or IPv6.
	AddressFamily string `json:"address_family"`
	// MaxEntries is how many ranges it may hold.
	MaxEntries int `json:"max_entries"`
	// Version counts its changes.
	Version int `json:"version"`
	// CIDRs are the ranges in it.
	CIDRs []string `json:"cidrs"`
}

var managedPrefixList = source.Type[*aws.Session, ManagedPrefixList]{
	Name:     "aws_ec2_managed_prefix_list",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeManagedPrefixLists", Permission: "ec2:DescribeManagedPrefixLists"},
		{Op: "GetManagedPrefixListEntries", Permission: "ec2:GetManagedPrefixListEntries", Fills: []string{"cidrs"}},
	},
	Refresh: []string{
		"CreateManagedPrefixList", "ModifyManagedPrefixList", "DeleteManagedPrefixList", "RestoreManagedPrefixListVersion",
		"CreateTags", "DeleteTags",
	},
	Gone: []string{"InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[ManagedPrefixList])) error {
		pages := sdk.NewDescribeManagedPrefixListsPaginator(client(s), &sdk.DescribeManagedPrefixListsInput{MaxResults: pageOf(100)})
		return walk(ctx, pages, func(page *sdk.DescribeManagedPrefixListsOutput) {
			for _, l := range page.PrefixLists {
				if foreign(s, l.OwnerId) {
					continue
				}
				id := aws.Value(l.PrefixListId)
				d := &source.Draft[ManagedPrefixList]{ID: s.ARN("ec2", "prefix-list/"+id), Name: aws.Value(l.PrefixListName), Tags: tags(l.Tags)}
				d.Config = ManagedPrefixList{
					ListID: id, AddressFamily: aws.Value(l.AddressFamily), MaxEntries: int(aws.Value(l.MaxEntries)), Version: int(aws.Value(l.Version)),
				}
				found(d)
			}
		})
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ManagedPrefixList]) error {
		d.Try("cidrs", func() (err error) {
			d.Config.CIDRs, err = prefixListEntries(ctx, s, d.Config.ListID)
			return err
		})
		return nil
	},
}
