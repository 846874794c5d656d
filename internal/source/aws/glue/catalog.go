package glue

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Catalog is the data catalog that an account has in a region: what tables there are and
// how to reach them.
type Catalog struct {
	// MetadataEncryption is SSE-KMS, SSE-KMS-WITH-SERVICE-ROLE or DISABLED.
	MetadataEncryption string `json:"metadata_encryption"`
	// MetadataKey is the key for the descriptions of tables; empty when they are not
	// encrypted with KMS.
	MetadataKey string `json:"metadata_key"`
	// PasswordsEncrypted is whether passwords of connections come back encrypted.
	PasswordsEncrypted bool `json:"passwords_encrypted"`
	// PasswordKey is the key for them; empty when they are not encrypted.
	PasswordKey string `json:"password_key"`
	// Policy is who may use the catalog besides the identities of its own account; absent when
	// there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

var catalog = source.Type[*aws.Session, Catalog]{
	Name:     "aws_glue_data_catalog_encryption_settings",
	Service:  "glue",
	Locality: source.Regional,
	Calls: []source.Call{
		{
			Op: "GetDataCatalogEncryptionSettings", Permission: "glue:GetDataCatalogEncryptionSettings",
			Fills: []string{"metadata_encryption", "metadata_key", "passwords_encrypted", "password_key"},
		},
		{Op: "GetResourcePolicy", Permission: "glue:GetResourcePolicy", Fills: []string{"policy"}},
	},
	Refresh: []string{"PutDataCatalogEncryptionSettings", "PutResourcePolicy", "DeleteResourcePolicy"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Catalog])) error {
		found(&source.Draft[Catalog]{ID: s.ARN("glue", "catalog"), Name: s.Account})
		return nil
	},
	Detail: readCatalog,
	Facets: catalogFacets,
}

func readCatalog(ctx context.Context, s *aws.Session, d *source.Draft[Catalog]) error {
	d.Try("metadata_encryption", func() error {
		out, err := client(s).GetDataCatalogEncryptionSettings(ctx, &sdk.GetDataCatalogEncryptionSettingsInput{})
		if err != nil {
			return err
		}
		d.Config.MetadataEncryption = string(types.CatalogEncryptionModeDisabled)
		settings, err := aws.Told(out.DataCatalogEncryptionSettings, "the settings, which are there even where nothing is encrypted")
		if e := settings.EncryptionAtRest; e != nil {
			d.Config.MetadataEncryption, d.Config.MetadataKey = string(e.CatalogEncryptionMode), aws.Value(e.SseAwsKmsKeyId)
		}
		if p := settings.ConnectionPasswordEncryption; p != nil {
			d.Config.PasswordsEncrypted, d.Config.PasswordKey = p.ReturnConnectionPasswordEncrypted, aws.Value(p.AwsKmsKeyId)
		}
		return err
	}, "metadata_key", "passwords_encrypted", "password_key")
	d.Try("policy", func() error {
		out, err := client(s).GetResourcePolicy(ctx, &sdk.GetResourcePolicyInput{})
		if err != nil {
			return aws.Absent(err, "EntityNotFoundException")
		}
		if text := aws.Value(out.PolicyInJson); text != "" {
			d.Config.Policy, err = policydoc.Parse(text)
		}
		return err
	})
	return nil
}

func catalogFacets(d *source.Draft[Catalog]) {
	c := d.Config
	for _, key := range []string{c.MetadataKey, c.PasswordKey} {
		d.Relate(estate.EncryptedBy, kms.KeyBeside(d.ID, key))
	}
	d.OfferPolicy("policy", c.Policy)
}
