package glue

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// SecurityConfiguration is how jobs, crawlers and endpoints that name it encrypt what they
// write.
type SecurityConfiguration struct {
	// S3 is SSE-KMS, SSE-S3 or DISABLED for data in buckets.
	S3 string `json:"s3"`
	// Logs is SSE-KMS or DISABLED for logs in CloudWatch.
	Logs string `json:"logs"`
	// Bookmarks is CSE-KMS or DISABLED for the marks by which a job knows how far it came.
	Bookmarks string `json:"bookmarks"`
	// Keys are the keys that it names, each once.
	Keys []string `json:"keys"`
}

const disabled = "DISABLED"

var securityConfiguration = source.Type[*aws.Session, SecurityConfiguration]{
	Name:     "aws_glue_security_configuration",
	Service:  "glue",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetSecurityConfigurations", Permission: "glue:GetSecurityConfigurations"},
	},
	Refresh: []string{"CreateSecurityConfiguration", "DeleteSecurityConfiguration"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[SecurityConfiguration])) error {
		pages := sdk.NewGetSecurityConfigurationsPaginator(client(s), &sdk.GetSecurityConfigurationsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, c := range page.SecurityConfigurations {
				found(draftSecurityConfiguration(s, c))
			}
		}
		return nil
	},
}

func draftSecurityConfiguration(s *aws.Session, c types.SecurityConfiguration) *source.Draft[SecurityConfiguration] {
	d := &source.Draft[SecurityConfiguration]{
		ID: s.ARN("glue", "securityConfiguration/"+aws.Value(c.Name)), Name: aws.Value(c.Name), Created: aws.Value(c.CreatedTimeStamp).In(time.UTC),
	}
	d.Config = SecurityConfiguration{S3: disabled, Logs: disabled, Bookmarks: disabled}
	e := c.EncryptionConfiguration
	if e == nil {
		return d
	}
	for _, b := range e.S3Encryption {
		d.Config.S3 = string(b.S3EncryptionMode)
		addKey(d, aws.Value(b.KmsKeyArn))
	}
	if w := e.CloudWatchEncryption; w != nil {
		d.Config.Logs = string(w.CloudWatchEncryptionMode)
		addKey(d, aws.Value(w.KmsKeyArn))
	}
	if m := e.JobBookmarksEncryption; m != nil {
		d.Config.Bookmarks = string(m.JobBookmarksEncryptionMode)
		addKey(d, aws.Value(m.KmsKeyArn))
	}
	return d
}

func addKey(d *source.Draft[SecurityConfiguration], key string) {
	if key != "" && !slices.Contains(d.Config.Keys, key) {
		d.Config.Keys = append(d.Config.Keys, key)
		d.Relate(estate.EncryptedBy, key)
	}
}
