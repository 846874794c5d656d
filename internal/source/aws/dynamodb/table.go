package dynamodb

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
)

// Table is a DynamoDB table. It is always encrypted and only identities of AWS get in.
type Table struct {
	// Settings are what the table says of itself.
	Settings Settings `json:"settings"`
	// PointInTime is whether any moment of the recovery period can be restored.
	PointInTime PointInTime `json:"point_in_time"`
	// Policy is the resource policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// LastAWSBackup is when AWS Backup last copied it; absent when it never did.
	LastAWSBackup *time.Time `json:"last_aws_backup,omitempty"`
}

// Settings are what a table says of itself.
type Settings struct {
	// Status is ACTIVE when it can be used.
	Status string `json:"status"`
	// OnDemand is whether capacity follows the load by itself.
	OnDemand bool `json:"on_demand"`
	// DeletionProtection is whether deleting takes a second step.
	DeletionProtection bool `json:"deletion_protection"`
	// KMSKey is the ARN of the KMS key; empty for the key that DynamoDB owns.
	KMSKey string `json:"kms_key"`
	// Items is about how many items it holds; counted every six hours.
	Items int `json:"items"`
	// Bytes is about how large it is.
	Bytes int `json:"bytes"`
	// Stream is whether changes are handed on.
	Stream bool `json:"stream"`
	// Replicas are the other regions of a global table.
	Replicas []string `json:"replicas"`
}

// PointInTime is continuous backup.
type PointInTime struct {
	// Enabled is whether it is on.
	Enabled bool `json:"enabled"`
	// Days is how far back it reaches; 0 when it is off.
	Days int `json:"days"`
}

var table = source.Type[*aws.Session, Table]{
	Name:     "aws_dynamodb_table",
	Service:  "dynamodb",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListTables", Permission: "dynamodb:ListTables"},
		{Op: "DescribeTable", Permission: "dynamodb:DescribeTable", Fills: []string{"settings", "created"}},
		{Op: "DescribeContinuousBackups", Permission: "dynamodb:DescribeContinuousBackups", Fills: []string{"point_in_time"}},
		{Op: "GetResourcePolicy", Permission: "dynamodb:GetResourcePolicy", Fills: []string{"policy"}},
		{Op: "ListTagsOfResource", Permission: "dynamodb:ListTagsOfResource", Fills: []string{"tags"}},
		backup.LastCall,
	},
	Refresh: []string{
		"CreateTable", "DeleteTable", "UpdateTable", "UpdateContinuousBackups", "PutResourcePolicy", "DeleteResourcePolicy",
		"RestoreTableFromBackup", "RestoreTableToPointInTime", "TagResource", "UntagResource",
	},
	Gone:   []string{"ResourceNotFoundException", "TableNotFoundException"},
	List:   listTables,
	Detail: readTable,
	Facets: tableFacets,
}

func listTables(ctx context.Context, s *aws.Session, found func(*source.Draft[Table])) error {
	limit := int32(100)
	pages := sdk.NewListTablesPaginator(client(s), &sdk.ListTablesInput{Limit: &limit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, name := range page.TableNames {
			found(&source.Draft[Table]{ID: s.ARN("dynamodb", "table/"+name), Name: name})
		}
	}
	return nil
}

func readTable(ctx context.Context, s *aws.Session, d *source.Draft[Table]) error {
	d.Try("settings", func() error {
		out, err := client(s).DescribeTable(ctx, &sdk.DescribeTableInput{TableName: &d.Name})
		if err == nil && out.Table != nil {
			d.Config.Settings = settings(*out.Table)
			d.Created = aws.Value(out.Table.CreationDateTime).In(time.UTC)
		}
		return err
	}, "created")
	d.Try("point_in_time", func() error {
		out, err := client(s).DescribeContinuousBackups(ctx, &sdk.DescribeContinuousBackupsInput{TableName: &d.Name})
		if err == nil && out.ContinuousBackupsDescription != nil {
			d.Config.PointInTime = pointInTime(out.ContinuousBackupsDescription.PointInTimeRecoveryDescription)
		}
		return err
	})
	d.Try("policy", func() error {
		out, err := client(s).GetResourcePolicy(ctx, &sdk.GetResourcePolicyInput{ResourceArn: &d.ID})
		if err != nil {
			return aws.Absent(err, "PolicyNotFoundException")
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
		return err
	})
	backup.ReadLast(ctx, s, d, &d.Config.LastAWSBackup)
	d.Try("tags", func() (err error) {
		d.Tags, err = tags(ctx, s, d.ID)
		return err
	})
	return nil
}

func settings(t types.TableDescription) Settings {
	c := Settings{
		Status: string(t.TableStatus), DeletionProtection: aws.Value(t.DeletionProtectionEnabled),
		Items: int(aws.Value(t.ItemCount)), Bytes: int(aws.Value(t.TableSizeBytes)),
	}
	if t.BillingModeSummary != nil {
		c.OnDemand = t.BillingModeSummary.BillingMode == types.BillingModePayPerRequest
	}
	if t.SSEDescription != nil {
		c.KMSKey = aws.Value(t.SSEDescription.KMSMasterKeyArn)
	}
	if t.StreamSpecification != nil {
		c.Stream = aws.Value(t.StreamSpecification.StreamEnabled)
	}
	for _, r := range t.Replicas {
		c.Replicas = append(c.Replicas, aws.Value(r.RegionName))
	}
	return c
}

func pointInTime(p *types.PointInTimeRecoveryDescription) PointInTime {
	if p == nil || p.PointInTimeRecoveryStatus != types.PointInTimeRecoveryStatusEnabled {
		return PointInTime{}
	}
	return PointInTime{Enabled: true, Days: int(aws.Value(p.RecoveryPeriodInDays))}
}

func tags(ctx context.Context, s *aws.Session, arn string) (map[string]string, error) {
	var list []types.Tag
	in := &sdk.ListTagsOfResourceInput{ResourceArn: &arn}
	for {
		out, err := client(s).ListTagsOfResource(ctx, in)
		if err != nil {
			return nil, err
		}
		list = append(list, out.Tags...)
		if aws.Value(out.NextToken) == "" {
			return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value }), nil
		}
		in.NextToken = out.NextToken
	}
}

// automated is open when only AWS Backup has copied the table: that may have been once,
// by hand.
func automated(d *source.Draft[Table]) estate.Tri {
	other := d.Tri("last_aws_backup", false)
	if d.Config.LastAWSBackup != nil {
		other = estate.Maybe
	}
	return d.Tri("point_in_time", d.Config.PointInTime.Enabled).Or(other)
}

func tableFacets(d *source.Draft[Table]) {
	c := d.Config
	d.Relate(estate.EncryptedBy, c.Settings.KMSKey)
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if c.Settings.KMSKey == "" {
		customer = d.Tri("settings", false)
	}
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: customer, KeyID: c.Settings.KMSKey, InTransit: estate.Yes})
	d.Offer(facet.Backup{
		Automated: automated(d), RetentionDays: c.PointInTime.Days,
		PointInTime: d.Tri("point_in_time", c.PointInTime.Enabled), DeletionProtected: d.Tri("settings", c.Settings.DeletionProtection),
	})
	d.Carry("point_in_time", "facets.backup.retention_days")
	d.Offer(facet.DataStore{Kind: "key-value", Versioned: estate.No, PasswordLogin: estate.No})
	d.OfferPolicy("policy", c.Policy)
}
