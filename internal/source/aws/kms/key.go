package kms

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Key is a KMS key: the customer's own, or one that AWS keeps for a service. Policy,
// rotation, grants and tags are read of the customer's own only.
type Key struct {
	// Aliases are the names that stand for the key, such as alias/orders.
	Aliases []string `json:"aliases"`
	// Description is the owner's word on it.
	Description string `json:"description"`
	// Manager is CUSTOMER or AWS.
	Manager string `json:"manager"`
	// State is Enabled, Disabled, PendingDeletion, PendingImport,
	// PendingReplicaDeletion, Unavailable, Creating or Updating.
	State string `json:"state"`
	// Spec is the kind of key material, such as SYMMETRIC_DEFAULT or RSA_2048.
	Spec string `json:"spec"`
	// Usage is ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC or KEY_AGREEMENT.
	Usage string `json:"usage"`
	// Origin is where the material comes from: AWS_KMS, EXTERNAL (imported),
	// AWS_CLOUDHSM or EXTERNAL_KEY_STORE. Only the first can rotate by itself.
	Origin string `json:"origin"`
	// MultiRegion is whether copies of the key can live in other regions.
	MultiRegion bool `json:"multi_region"`
	// DeletionDate is when it will be deleted; absent when it will not.
	DeletionDate *time.Time `json:"deletion_date,omitempty"`
	// Expires is when imported material ends; absent when it does not.
	Expires *time.Time `json:"expires,omitempty"`
	// Policy is the key policy; absent for keys of AWS.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// Rotation is whether new material is made by itself; absent for keys that cannot
	// rotate: of AWS, asymmetric, imported, in a key store of one's own, or on their
	// way to deletion.
	Rotation *Rotation `json:"rotation,omitempty"`
	// Grants are who may use the key beside its policy; null for keys of AWS.
	Grants []Grant `json:"grants"`
}

// Rotation is how a key changes its material.
type Rotation struct {
	// Enabled is whether it does.
	Enabled bool `json:"enabled"`
	// PeriodDays is how often; 0 when it is off.
	PeriodDays int `json:"period_days"`
}

var key = source.Type[*aws.Session, Key]{
	Name:     "aws_kms_key",
	Service:  "kms",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListKeys", Permission: "kms:ListKeys"},
		{Op: "DescribeKey", Permission: "kms:DescribeKey", Fills: []string{
			"description", "manager", "state", "spec", "usage", "origin", "multi_region", "deletion_date", "expires", "created", "policy", "rotation", "grants", "tags",
		}},
		{Op: "ListAliases", Permission: "kms:ListAliases", Fills: []string{"aliases"}},
		{Op: "GetKeyPolicy", Permission: "kms:GetKeyPolicy", Fills: []string{"policy"}},
		{Op: "GetKeyRotationStatus", Permission: "kms:GetKeyRotationStatus", Fills: []string{"rotation"}},
		{Op: "ListGrants", Permission: "kms:ListGrants", Fills: []string{"grants"}},
		{Op: "ListResourceTags", Permission: "kms:ListResourceTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateKey", "ScheduleKeyDeletion", "CancelKeyDeletion", "DeleteKey", "EnableKey", "DisableKey", "PutKeyPolicy",
		"EnableKeyRotation", "DisableKeyRotation", "CreateAlias", "DeleteAlias", "UpdateAlias", "UpdateKeyDescription",
		"ImportKeyMaterial", "DeleteImportedKeyMaterial", "ReplicateKey", "TagResource", "UntagResource",
		"UpdatePrimaryRegion", "CreateGrant", "RetireGrant", "RevokeGrant",
	},
	Gone:   []string{"NotFoundException"},
	List:   listKeys,
	Detail: readKey,
	Facets: func(d *source.Draft[Key]) {
		d.OfferPolicy("policy", d.Config.Policy)
	},
}

func listKeys(ctx context.Context, s *aws.Session, found func(*source.Draft[Key])) error {
	limit := int32(1000)
	pages := sdk.NewListKeysPaginator(client(s), &sdk.ListKeysInput{Limit: &limit})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, k := range page.Keys {
			found(&source.Draft[Key]{ID: aws.Value(k.KeyArn), Name: aws.Value(k.KeyId)})
		}
	}
	return nil
}

func readKey(ctx context.Context, s *aws.Session, d *source.Draft[Key]) error {
	id := d.Name
	d.Try("aliases", func() error {
		all, err := aliases(ctx, s)
		d.Config.Aliases = all[id]
		return err
	})
	if len(d.Config.Aliases) > 0 {
		d.Name = strings.TrimPrefix(d.Config.Aliases[0], "alias/")
	}
	described := d.Try("manager", func() error {
		out, err := client(s).DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &id})
		if err == nil && out.KeyMetadata != nil {
			describe(d, *out.KeyMetadata)
		}
		return err
	}, "description", "state", "spec", "usage", "origin", "multi_region", "deletion_date", "expires", "created", "policy", "rotation", "grants", "tags")
	if !described || d.Config.Manager != string(types.KeyManagerTypeCustomer) {
		return nil
	}
	d.Try("policy", func() error {
		name := "default" // the only name a key policy has
		out, err := client(s).GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: &id, PolicyName: &name})
		if err != nil {
			return err
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
		return err
	})
	if rotates(d.Config) {
		d.Try("rotation", func() error { return readRotation(ctx, s, id, &d.Config) })
	}
	d.Try("grants", func() (err error) {
		d.Config.Grants, err = grantsOf(ctx, s, id)
		return err
	})
	d.Try("tags", func() (err error) {
		d.Tags, err = keyTags(ctx, s, id)
		return err
	})
	return nil
}

func describe(d *source.Draft[Key], k types.KeyMetadata) {
	c := &d.Config
	c.Description, c.Manager, c.State = aws.Value(k.Description), string(k.KeyManager), string(k.KeyState)
	c.Spec, c.Usage, c.Origin, c.MultiRegion = string(k.KeySpec), string(k.KeyUsage), string(k.Origin), aws.Value(k.MultiRegion)
	c.DeletionDate, c.Expires = k.DeletionDate, k.ValidTo
	d.Created = aws.Value(k.CreationDate).In(time.UTC)
	if m := k.MultiRegionConfiguration; m != nil && m.MultiRegionKeyType == types.MultiRegionKeyTypeReplica && m.PrimaryKey != nil {
		d.Relate(estate.SourcedFrom, aws.Value(m.PrimaryKey.Arn))
	}
}

// rotates reports whether KMS answers for the key's rotation and could turn it on.
func rotates(k Key) bool {
	return k.Spec == string(types.KeySpecSymmetricDefault) && k.Origin == string(types.OriginTypeAwsKms) &&
		k.State != string(types.KeyStatePendingDeletion) && k.State != string(types.KeyStatePendingReplicaDeletion)
}

func readRotation(ctx context.Context, s *aws.Session, id string, into *Key) error {
	out, err := client(s).GetKeyRotationStatus(ctx, &sdk.GetKeyRotationStatusInput{KeyId: &id})
	if err != nil {
		return err
	}
	into.Rotation = &Rotation{Enabled: out.KeyRotationEnabled, PeriodDays: int(aws.Value(out.RotationPeriodInDays))}
	return nil
}

// aliases returns the names of all keys of the region by key id.
func aliases(ctx context.Context, s *aws.Session) (map[string][]string, error) {
	return aws.Shared(s, "kms aliases", func() (map[string][]string, error) {
		names := map[string][]string{}
		limit := int32(100)
		pages := sdk.NewListAliasesPaginator(client(s), &sdk.ListAliasesInput{Limit: &limit})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range page.Aliases {
				id := aws.Value(a.TargetKeyId)
				names[id] = append(names[id], aws.Value(a.AliasName))
			}
		}
		return names, nil
	})
}

func keyTags(ctx context.Context, s *aws.Session, id string) (map[string]string, error) {
	var list []types.Tag
	pages := sdk.NewListResourceTagsPaginator(client(s), &sdk.ListResourceTagsInput{KeyId: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		list = append(list, page.Tags...)
	}
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.TagKey, t.TagValue }), nil
}
