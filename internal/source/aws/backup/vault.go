package backup

import (
	"context"
	"maps"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Vault holds recovery points of AWS Backup.
type Vault struct {
	// Kind is BACKUP_VAULT, LOGICALLY_AIR_GAPPED_BACKUP_VAULT or
	// RESTORE_ACCESS_BACKUP_VAULT.
	Kind string `json:"kind"`
	// KMSKey is the ARN of the key; empty when the key belongs to AWS.
	KMSKey string `json:"kms_key"`
	// RecoveryPoints is how many it holds.
	RecoveryPoints int `json:"recovery_points"`
	// Locked is whether recovery points cannot be deleted before their time.
	Locked bool `json:"locked"`
	// LockDate is from when on nobody can take the lock away; absent when the lock can
	// be taken away by who may.
	LockDate *time.Time `json:"lock_date,omitempty"`
	// MinRetentionDays is the shortest time a recovery point is kept; 0 when the lock
	// names none.
	MinRetentionDays int `json:"min_retention_days"`
	// MaxRetentionDays is the longest time a recovery point is kept; 0 when the lock
	// names none.
	MaxRetentionDays int `json:"max_retention_days"`
	// Policy is the access policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

// A vault that vanishes says ResourceNotFoundException, as does one without a policy,
// so that Gone cannot name it.
var vault = source.Type[*aws.Session, Vault]{
	Name:     "aws_backup_vault",
	Service:  "backup",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListBackupVaults", Permission: "backup:ListBackupVaults"},
		{Op: "GetBackupVaultAccessPolicy", Permission: "backup:GetBackupVaultAccessPolicy", Fills: []string{"policy"}},
		{Op: "ListTags", Permission: "backup:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateBackupVault", "DeleteBackupVault", "PutBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy",
		"PutBackupVaultLockConfiguration", "DeleteBackupVaultLockConfiguration", "TagResource", "UntagResource",
	},
	List:   listVaults,
	Detail: readVault,
	Facets: func(d *source.Draft[Vault]) {
		customer := estate.Maybe // the ARN of a key does not tell whose it is
		if d.Config.KMSKey == "" {
			customer = estate.No
		}
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: customer, KeyID: d.Config.KMSKey, InTransit: estate.Yes})
		d.OfferPolicy("policy", d.Config.Policy)
	},
}

func listVaults(ctx context.Context, s *aws.Session, found func(*source.Draft[Vault])) error {
	size := int32(1000)
	pages := sdk.NewListBackupVaultsPaginator(client(s), &sdk.ListBackupVaultsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, v := range page.BackupVaultList {
			found(draftVault(v))
		}
	}
	return nil
}

func draftVault(v types.BackupVaultListMember) *source.Draft[Vault] {
	d := &source.Draft[Vault]{ID: aws.Value(v.BackupVaultArn), Name: aws.Value(v.BackupVaultName), Created: aws.Value(v.CreationDate).In(time.UTC)}
	d.Config = Vault{
		Kind: string(v.VaultType), KMSKey: aws.Value(v.EncryptionKeyArn), RecoveryPoints: int(v.NumberOfRecoveryPoints), Locked: aws.Value(v.Locked),
		LockDate: v.LockDate, MinRetentionDays: int(aws.Value(v.MinRetentionDays)), MaxRetentionDays: int(aws.Value(v.MaxRetentionDays)),
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	return d
}

func readVault(ctx context.Context, s *aws.Session, d *source.Draft[Vault]) error {
	d.Try("policy", func() error {
		out, err := client(s).GetBackupVaultAccessPolicy(ctx, &sdk.GetBackupVaultAccessPolicyInput{BackupVaultName: &d.Name})
		if err != nil {
			return aws.Absent(err, "ResourceNotFoundException")
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
		return err
	})
	readTags(ctx, s, d)
	return nil
}

// readTags fills in the tags of a vault or plan.
func readTags[C any](ctx context.Context, s *aws.Session, d *source.Draft[C]) {
	d.Try("tags", func() error {
		found := map[string]string{}
		pages := sdk.NewListTagsPaginator(client(s), &sdk.ListTagsInput{ResourceArn: &d.ID})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			maps.Copy(found, page.Tags)
		}
		d.Tags = found
		return nil
	})
}
