package organizations

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// unit is a root or an organisational unit.
type unit struct {
	id, arn, name string
	// path and names lead from the root down to the unit itself.
	path, names []string
	// parent is the ARN of the unit above; empty for a root.
	parent string
}

// treeCalls are what walking the tree takes.
var treeCalls = []source.Call{
	{Op: "ListRoots", Permission: "organizations:ListRoots"},
	{Op: "ListOrganizationalUnitsForParent", Permission: "organizations:ListOrganizationalUnitsForParent"},
}

func roots(ctx context.Context, s *aws.Session) ([]types.Root, error) {
	return aws.Shared(s, "organizations roots", func() ([]types.Root, error) {
		var all []types.Root
		pages := sdk.NewListRootsPaginator(client(s), &sdk.ListRootsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.Roots...)
		}
		return all, nil
	})
}

// units returns the roots and all units below them, each after the one above it.
func units(ctx context.Context, s *aws.Session) ([]unit, error) {
	return aws.Shared(s, "organizations units", func() ([]unit, error) {
		top, err := roots(ctx, s)
		if err != nil {
			return nil, err
		}
		var all []unit
		seen := map[string]bool{}
		for _, r := range top {
			id, name := aws.Value(r.Id), aws.Value(r.Name)
			all = append(all, unit{id: id, arn: aws.Value(r.Arn), name: name, path: []string{id}, names: []string{name}})
			seen[id] = true
		}
		for i := 0; i < len(all); i++ {
			children, err := childUnits(ctx, s, all[i])
			if err != nil {
				return nil, err
			}
			for _, child := range children {
				if !seen[child.id] {
					seen[child.id] = true
					all = append(all, child)
				}
			}
		}
		return all, nil
	})
}

func childUnits(ctx context.Context, s *aws.Session, parent unit) ([]unit, error) {
	var children []unit
	pages := sdk.NewListOrganizationalUnitsForParentPaginator(client(s), &sdk.ListOrganizationalUnitsForParentInput{ParentId: &parent.id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, u := range page.OrganizationalUnits {
			id, name := aws.Value(u.Id), aws.Value(u.Name)
			children = append(children, unit{
				id: id, arn: aws.Value(u.Arn), name: name, parent: parent.arn,
				path: append(slices.Clone(parent.path), id), names: append(slices.Clone(parent.names), name),
			})
		}
	}
	return children, nil
}
