package ssm

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Document is a document of the account's own that says what Systems Manager does.
type Document struct {
	// Kind is what it is for, such as Command, Automation or Session.
	Kind string `json:"kind"`
	// Format is JSON, YAML or TEXT.
	Format string `json:"format"`
	// Platforms are the systems it fits.
	Platforms []string `json:"platforms"`
	// SharedWith are the accounts that may use it; all means every AWS account.
	SharedWith []string `json:"shared_with"`
	// Secrets are the kinds of credentials that seem to stand in its text, such as
	// aws-access-key; empty when none do. The text itself is not kept.
	Secrets []string `json:"secrets"`
}

var document = source.Type[*aws.Session, Document]{
	Name:     "aws_ssm_document",
	Service:  "ssm",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListDocuments", Permission: "ssm:ListDocuments"},
		{Op: "DescribeDocumentPermission", Permission: "ssm:DescribeDocumentPermission", Fills: []string{"shared_with"}},
		{Op: "GetDocument", Permission: "ssm:GetDocument", Fills: []string{"secrets"}},
	},
	Refresh: []string{"CreateDocument", "DeleteDocument", "UpdateDocument", "ModifyDocumentPermission", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"InvalidDocument"},
	List:    listDocuments,
	Detail:  readDocument,
	Facets: func(d *source.Draft[Document]) {
		grants := make([]facet.Grant, 0, len(d.Config.SharedWith))
		for _, account := range d.Config.SharedWith {
			grants = append(grants, facet.Grant{Principal: account, Anyone: account == "all", Permission: "share", Read: true})
		}
		d.Offer(facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: grants, PolicyBlocked: estate.No, ListBlocked: estate.No, Enforced: estate.No})
		d.Carry("shared_with", "facets.access_policy.grants")
	},
}

func listDocuments(ctx context.Context, s *aws.Session, found func(*source.Draft[Document])) error {
	size, key := int32(50), "Owner"
	pages := sdk.NewListDocumentsPaginator(client(s), &sdk.ListDocumentsInput{
		MaxResults: &size, Filters: []types.DocumentKeyValuesFilter{{Key: &key, Values: []string{"Self"}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, o := range page.DocumentIdentifiers {
			name := aws.Value(o.Name)
			d := &source.Draft[Document]{
				ID: s.ARN("ssm", "document/"+name), Name: name, Created: aws.Value(o.CreatedDate).In(time.UTC),
				Tags: aws.Tags(o.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
			}
			d.Config = Document{Kind: string(o.DocumentType), Format: string(o.DocumentFormat), Platforms: aws.Texts(o.PlatformTypes)}
			found(d)
		}
	}
	return nil
}

func readDocument(ctx context.Context, s *aws.Session, d *source.Draft[Document]) error {
	d.Try("secrets", func() error {
		out, err := client(s).GetDocument(ctx, &sdk.GetDocumentInput{Name: &d.Name})
		if err == nil {
			d.Config.Secrets = secret.Kinds(aws.Value(out.Content))
		}
		return err
	})
	d.Try("shared_with", func() error {
		var accounts []string
		in := &sdk.DescribeDocumentPermissionInput{Name: &d.Name, PermissionType: types.DocumentPermissionTypeShare}
		for {
			out, err := client(s).DescribeDocumentPermission(ctx, in)
			if err != nil {
				return err
			}
			accounts = append(accounts, out.AccountIds...)
			if aws.Value(out.NextToken) == "" {
				d.Config.SharedWith = accounts
				return nil
			}
			in.NextToken = out.NextToken
		}
	})
	return nil
}
