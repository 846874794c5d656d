package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// InstanceProfile hands a role to EC2 instances. AWS lists no tags of profiles.
type InstanceProfile struct {
	// Path is the folder in its name, "/" when it has none.
	Path string `json:"path"`
	// Roles are the ARNs of the roles it hands out: one at most; empty when it is of
	// no use.
	Roles []string `json:"roles"`
}

var instanceProfile = source.Type[*aws.Session, InstanceProfile]{
	Name:       "aws_iam_instance_profile",
	Service:    "iam",
	Locality:   source.Global,
	TagsUntold: true,
	Calls:      []source.Call{{Op: "ListInstanceProfiles", Permission: "iam:ListInstanceProfiles"}},
	Refresh:    []string{"CreateInstanceProfile", "DeleteInstanceProfile", "AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile"},
	List:       listInstanceProfiles,
}

func listInstanceProfiles(ctx context.Context, s *aws.Session, found func(*source.Draft[InstanceProfile])) error {
	pages := sdk.NewListInstanceProfilesPaginator(client(s), &sdk.ListInstanceProfilesInput{MaxItems: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.InstanceProfiles {
			d := &source.Draft[InstanceProfile]{
				ID: aws.Value(p.Arn), Name: aws.Value(p.InstanceProfileName), Created: aws.Value(p.CreateDate).In(time.UTC),
				Config: InstanceProfile{Path: aws.Value(p.Path), Roles: []string{}},
			}
			for _, r := range p.Roles {
				d.Config.Roles = append(d.Config.Roles, aws.Value(r.Arn))
				d.Relate(estate.Contains, aws.Value(r.Arn))
			}
			found(d)
		}
	}
	return nil
}
