package redshiftserverless

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/redshiftserverless"
	"github.com/aws/aws-sdk-go-v2/service/redshiftserverless/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Namespace is the data of Redshift Serverless: databases, users and snapshots.
type Namespace struct {
	// Status is AVAILABLE when it can be used.
	Status string `json:"status"`
	// KMSKey is the key of the customer as it was named; empty for a key that AWS owns.
	KMSKey string `json:"kms_key"`
	// AdminUser is the name of the first user.
	AdminUser string `json:"admin_user"`
	// ManagedPassword is whether AWS keeps and rotates the first user's password.
	ManagedPassword bool `json:"managed_password"`
	// DatabaseName is the name of the first database.
	DatabaseName string `json:"database_name"`
	// LogExports are the logs that go to CloudWatch: useractivitylog, userlog,
	// connectionlog.
	LogExports []string `json:"log_exports"`
	// Roles are the ARNs of the roles it can act with.
	Roles []string `json:"roles"`
}

var namespace = source.Type[*aws.Session, Namespace]{
	Name:     "aws_redshiftserverless_namespace",
	Service:  "redshiftserverless",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListNamespaces", Permission: "redshift-serverless:ListNamespaces"},
		{Op: "ListTagsForResource", Permission: "redshift-serverless:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateNamespace", "DeleteNamespace", "UpdateNamespace", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listNamespaces,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Namespace]) error {
		readTags(ctx, s, d)
		return nil
	},
	Facets: namespaceFacets,
}

func listNamespaces(ctx context.Context, s *aws.Session, found func(*source.Draft[Namespace])) error {
	size := int32(100)
	pages := sdk.NewListNamespacesPaginator(client(s), &sdk.ListNamespacesInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, n := range page.Namespaces {
			found(draftNamespace(s, n))
		}
	}
	return nil
}

func draftNamespace(s *aws.Session, n types.Namespace) *source.Draft[Namespace] {
	d := &source.Draft[Namespace]{ID: aws.Value(n.NamespaceArn), Name: aws.Value(n.NamespaceName), Created: aws.Value(n.CreationDate).In(time.UTC)}
	d.Config = Namespace{
		Status: string(n.Status), KMSKey: ownKey(aws.Value(n.KmsKeyId)), AdminUser: aws.Value(n.AdminUsername),
		ManagedPassword: aws.Value(n.AdminPasswordSecretArn) != "", DatabaseName: aws.Value(n.DbName), LogExports: aws.Texts(n.LogExports),
	}
	for _, r := range n.IamRoles {
		if arn := roleARN(r); arn != "" {
			d.Config.Roles = append(d.Config.Roles, arn)
			d.Relate(estate.RunsAs, arn)
		}
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

// ownKey is empty for what the service writes when the key belongs to AWS.
func ownKey(key string) string {
	if key == "AWS_OWNED_KMS_KEY" {
		return ""
	}
	return key
}

// roleARN takes the ARN out of what the service writes about a role, which is either
// the ARN itself or IamRole(applyStatus=in-sync, iamRoleArn=arn:...).
func roleARN(text string) string {
	i := strings.Index(text, "arn:")
	if i < 0 {
		return ""
	}
	return strings.TrimRight(text[i:], ") ")
}

func namespaceFacets(d *source.Draft[Namespace]) {
	c := d.Config
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(c.KMSKey != ""), KeyID: c.KMSKey, InTransit: estate.Maybe})
	// Recovery points are made every half hour and kept for a day, whatever is set.
	d.Offer(facet.Backup{Automated: estate.Yes, RetentionDays: 1, PointInTime: estate.No, DeletionProtected: estate.No})
	d.Offer(facet.DataStore{Kind: "warehouse", Engine: "redshift", Versioned: estate.No, PasswordLogin: estate.Yes})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(c.LogExports) > 0)})
}

// readTags fills in the tags of a namespace or workgroup.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C]) {
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &d.ID})
		if err == nil {
			d.Tags = aws.Tags(out.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		}
		return err
	})
}
