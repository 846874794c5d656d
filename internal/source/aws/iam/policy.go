package iam

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Policy is a managed policy: the account's own ones, and those of AWS's that some
// identity of the account uses. No list tells the tags of the account's own ones; AWS's
// have none.
type Policy struct {
	// ManagedByAWS is whether AWS writes it and can change it.
	ManagedByAWS bool `json:"managed_by_aws"`
	// Document is the version in force.
	Document *policydoc.Document `json:"document,omitempty"`
	// Version is the name of the version in force, such as v3.
	Version string `json:"version"`
	// Updated is when a version was last made; absent when that is not told.
	Updated *time.Time `json:"updated,omitempty"`
	// Path is the folder in its name, "/" when it has none.
	Path string `json:"path"`
	// Attachments is how many users, groups and roles hold it; 0 when it has no effect.
	Attachments int `json:"attachments"`
	// Boundaries is how many users and roles have it as their boundary.
	Boundaries int `json:"boundaries"`
}

var policy = source.Type[*aws.Session, Policy]{
	Name:     "aws_iam_policy",
	Service:  "iam",
	Locality: source.Global,
	Always:   true,
	Calls:    []source.Call{detailsCall},
	Refresh: []string{
		"CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "SetDefaultPolicyVersion",
		"AttachUserPolicy", "AttachGroupPolicy", "AttachRolePolicy", "DetachUserPolicy", "DetachGroupPolicy",
		"DetachRolePolicy", "TagPolicy", "UntagPolicy",
	},
	List: listPolicies,
	Detail: func(_ context.Context, _ *aws.Session, d *source.Draft[Policy]) error {
		if !d.Config.ManagedByAWS {
			d.NotAsked("tags")
		}
		misread(d, "document", d.Config.Document)
		return nil
	},
}

func listPolicies(ctx context.Context, s *aws.Session, found func(*source.Draft[Policy])) error {
	list, err := managedPolicies(ctx, s)
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		found(&source.Draft[Policy]{
			ID: aws.Value(p.Arn), Name: aws.Value(p.PolicyName), Created: aws.Value(p.CreateDate).In(time.UTC),
			Config: Policy{
				ManagedByAWS: managedByAWS(aws.Value(p.Arn)), Document: defaultDocument(p), Version: aws.Value(p.DefaultVersionId),
				Updated: utc(p.UpdateDate), Path: aws.Value(p.Path),
				Attachments: int(aws.Value(p.AttachmentCount)), Boundaries: int(aws.Value(p.PermissionsBoundaryUsageCount)),
			},
		})
	}
	return nil
}

// defaultDocument returns the version in force; nil when it is missing or no policy.
func defaultDocument(p *types.ManagedPolicyDetail) *policydoc.Document {
	for _, v := range p.PolicyVersionList {
		if v.IsDefaultVersion {
			return parse(aws.Value(v.Document))
		}
	}
	return nil
}
