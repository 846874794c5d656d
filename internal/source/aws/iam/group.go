package iam

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Group is a set of users that share permissions.
type Group struct {
	// Path is the folder in its name, "/" when it has none.
	Path string `json:"path"`
	// Members is how many users are in it; 0 when its policies have no effect.
	Members int `json:"members"`
	// AttachedPolicies are the ARNs of the managed policies it holds.
	AttachedPolicies []string `json:"attached_policies"`
	// InlinePolicies are the policies that stand in it alone.
	InlinePolicies []InlinePolicy `json:"inline_policies"`
}

var group = source.Type[*aws.Session, Group]{
	Name:     "aws_iam_group",
	Service:  "iam",
	Locality: source.Global,
	Always:   true,
	Calls:    []source.Call{detailsCall},
	Refresh: []string{
		"CreateGroup", "DeleteGroup", "UpdateGroup", "AddUserToGroup", "RemoveUserFromGroup", "PutGroupPolicy", "DeleteGroupPolicy",
		"AttachGroupPolicy", "DetachGroupPolicy",
	},
	List: listGroups,
	Detail: func(_ context.Context, _ *aws.Session, d *source.Draft[Group]) error {
		misreadInline(d, d.Config.InlinePolicies)
		return nil
	},
}

func listGroups(ctx context.Context, s *aws.Session, found func(*source.Draft[Group])) error {
	list, err := groups(ctx, s)
	if err != nil {
		return err
	}
	everyone, err := users(ctx, s)
	if err != nil {
		return err
	}
	members := map[string]int{}
	for i := range everyone {
		for _, name := range everyone[i].GroupList {
			members[name]++
		}
	}
	for _, g := range list {
		found(&source.Draft[Group]{
			ID: aws.Value(g.Arn), Name: aws.Value(g.GroupName), Created: aws.Value(g.CreateDate).In(time.UTC),
			Config: Group{
				Path: aws.Value(g.Path), Members: members[aws.Value(g.GroupName)],
				AttachedPolicies: attached(g.AttachedManagedPolicies), InlinePolicies: inlinePolicies(g.GroupPolicyList),
			},
		})
	}
	return nil
}

// groupsByName returns the ARNs, attached policies and inline policies of the groups.
func groupsByName(ctx context.Context, s *aws.Session) (map[string]memberOf, error) {
	list, err := groups(ctx, s)
	byName := make(map[string]memberOf, len(list))
	for _, g := range list {
		byName[aws.Value(g.GroupName)] = memberOf{
			arn: aws.Value(g.Arn), attached: attached(g.AttachedManagedPolicies), inline: inlinePolicies(g.GroupPolicyList),
		}
	}
	return byName, err
}

// memberOf is what a user has from a group.
type memberOf struct {
	arn      string
	attached []string
	inline   []InlinePolicy
}
