package sagemaker

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// FeatureGroup is a store of what models learn from.
type FeatureGroup struct {
	// Role is the role by which it writes to S3.
	Role string `json:"role"`
	// Offline is whether a history is kept in S3.
	Offline bool `json:"offline"`
	// OfflineKey is the key for that history, as it was given; empty for a key of AWS.
	OfflineKey string `json:"offline_key"`
	// Online is whether the newest values are kept ready.
	Online bool `json:"online"`
	// OnlineKey is the key for those values, as it was given; empty for a key of AWS.
	OnlineKey string `json:"online_key"`
}

// kept are the fields that DescribeFeatureGroup fills.
var kept = []string{"role", "offline", "offline_key", "online", "online_key"}

var featureGroup = source.Type[*aws.Session, FeatureGroup]{
	Name:     "aws_sagemaker_feature_group",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListFeatureGroups", Permission: "sagemaker:ListFeatureGroups"},
		{Op: "DescribeFeatureGroup", Permission: "sagemaker:DescribeFeatureGroup", Fills: kept},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateFeatureGroup", "UpdateFeatureGroup", "DeleteFeatureGroup", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[FeatureGroup])) error {
		pages := sdk.NewListFeatureGroupsPaginator(client(s), &sdk.ListFeatureGroupsInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, g := range page.FeatureGroupSummaries {
				found(&source.Draft[FeatureGroup]{ID: aws.Value(g.FeatureGroupArn), Name: aws.Value(g.FeatureGroupName), Created: aws.Value(g.CreationTime).In(time.UTC)})
			}
		}
		return nil
	},
	Detail: readFeatureGroup,
}

func readFeatureGroup(ctx context.Context, s *aws.Session, d *source.Draft[FeatureGroup]) error {
	d.Try(kept[0], func() error {
		out, err := client(s).DescribeFeatureGroup(ctx, &sdk.DescribeFeatureGroupInput{FeatureGroupName: &d.Name})
		if err != nil {
			return err
		}
		c := &d.Config
		c.Role, c.Offline = aws.Value(out.RoleArn), out.OfflineStoreConfig != nil
		if c.Offline && out.OfflineStoreConfig.S3StorageConfig != nil {
			c.OfflineKey = aws.Value(out.OfflineStoreConfig.S3StorageConfig.KmsKeyId)
		}
		if o := out.OnlineStoreConfig; o != nil {
			c.Online = aws.Value(o.EnableOnlineStore)
			if o.SecurityConfig != nil {
				c.OnlineKey = aws.Value(o.SecurityConfig.KmsKeyId)
			}
		}
		d.Relate(estate.RunsAs, c.Role)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.OfflineKey))
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.OnlineKey))
		return nil
	}, kept[1:]...)
	readTags(ctx, s, d)
	return nil
}
