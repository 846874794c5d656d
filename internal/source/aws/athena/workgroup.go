package athena

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Workgroup is a set of queries with settings in common.
type Workgroup struct {
	// Enabled is whether queries can be run in it.
	Enabled bool `json:"enabled"`
	// Settings are what holds for its queries.
	Settings Settings `json:"settings"`
}

// Settings are what holds for the queries of a workgroup.
type Settings struct {
	// Enforced is whether queries cannot choose their own place and encryption.
	Enforced bool `json:"enforced"`
	// Output is where results go, such as s3://bucket/; empty when queries must say it.
	Output string `json:"output"`
	// Encryption is SSE_S3, SSE_KMS or CSE_KMS; empty when results are only encrypted
	// as their bucket says.
	Encryption string `json:"encryption"`
	// KMSKey is the key of the results as it was named; empty when there is none.
	KMSKey string `json:"kms_key"`
	// ManagedResults is whether Athena keeps the results itself, always encrypted.
	ManagedResults bool `json:"managed_results"`
	// Metrics is whether queries are counted in CloudWatch.
	Metrics bool `json:"metrics"`
	// CutoffBytes is how much a query may read; 0 when there is no limit.
	CutoffBytes int `json:"cutoff_bytes"`
}

var workgroup = source.Type[*aws.Session, Workgroup]{
	Name:     "aws_athena_workgroup",
	Service:  "athena",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListWorkGroups", Permission: "athena:ListWorkGroups"},
		{Op: "GetWorkGroup", Permission: "athena:GetWorkGroup", Fills: []string{"settings"}},
		{Op: "ListTagsForResource", Permission: "athena:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateWorkGroup", "DeleteWorkGroup", "UpdateWorkGroup", "TagResource", "UntagResource"},
	List:    listWorkgroups,
	Detail:  readWorkgroup,
}

func listWorkgroups(ctx context.Context, s *aws.Session, found func(*source.Draft[Workgroup])) error {
	size := int32(50)
	pages := sdk.NewListWorkGroupsPaginator(client(s), &sdk.ListWorkGroupsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, w := range page.WorkGroups {
			name := aws.Value(w.Name)
			d := &source.Draft[Workgroup]{ID: s.ARN("athena", "workgroup/"+name), Name: name, Created: aws.Value(w.CreationTime).In(time.UTC)}
			d.Config.Enabled = w.State == types.WorkGroupStateEnabled
			found(d)
		}
	}
	return nil
}

func readWorkgroup(ctx context.Context, s *aws.Session, d *source.Draft[Workgroup]) error {
	d.Try("settings", func() error {
		out, err := client(s).GetWorkGroup(ctx, &sdk.GetWorkGroupInput{WorkGroup: &d.Name})
		if err != nil || out.WorkGroup == nil || out.WorkGroup.Configuration == nil {
			return err
		}
		d.Config.Settings = settings(*out.WorkGroup.Configuration)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.Settings.KMSKey))
		return nil
	})
	d.Try("tags", func() error {
		var list []types.Tag
		size := int32(75)
		pages := sdk.NewListTagsForResourcePaginator(client(s), &sdk.ListTagsForResourceInput{ResourceARN: &d.ID, MaxResults: &size})
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
	return nil
}

func settings(c types.WorkGroupConfiguration) Settings {
	into := Settings{
		Enforced: aws.Value(c.EnforceWorkGroupConfiguration), Metrics: aws.Value(c.PublishCloudWatchMetricsEnabled),
		CutoffBytes: int(aws.Value(c.BytesScannedCutoffPerQuery)),
	}
	if r := c.ResultConfiguration; r != nil {
		into.Output = aws.Value(r.OutputLocation)
		if e := r.EncryptionConfiguration; e != nil {
			into.Encryption, into.KMSKey = string(e.EncryptionOption), aws.Value(e.KmsKey)
		}
	}
	if m := c.ManagedQueryResultsConfiguration; m != nil && m.Enabled {
		into.ManagedResults = true
		if m.EncryptionConfiguration != nil {
			into.KMSKey = aws.Value(m.EncryptionConfiguration.KmsKey)
		}
	}
	return into
}
