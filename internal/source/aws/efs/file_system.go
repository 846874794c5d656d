package efs

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// FileSystem is a network file system. It is reachable where it has mount targets.
type FileSystem struct {
	// Encrypted is whether it is encrypted at rest.
	Encrypted bool `json:"encrypted"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// MountTargets is in how many zones it can be mounted; 0 when nobody can.
	MountTargets int `json:"mount_targets"`
	// Subnets are the ids of the subnets with its mount targets.
	Subnets []string `json:"subnets"`
	// Zone is the only zone it stands in; empty when it spans several.
	Zone string `json:"zone"`
	// Bytes is about how much it holds.
	Bytes int `json:"bytes"`
	// AutomaticBackups is whether AWS Backup copies it every day.
	AutomaticBackups bool `json:"automatic_backups"`
	// Policy is the file system policy; absent when there is none, which lets everyone
	// who can reach a mount target read and write.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// LastAWSBackup is when AWS Backup last copied it; absent when it never did.
	LastAWSBackup *time.Time `json:"last_aws_backup,omitempty"`
}

var fileSystem = source.Type[*aws.Session, FileSystem]{
	Name:     "aws_efs_file_system",
	Service:  "efs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeFileSystems", Permission: "elasticfilesystem:DescribeFileSystems"},
		{Op: "DescribeFileSystemPolicy", Permission: "elasticfilesystem:DescribeFileSystemPolicy", Fills: []string{"policy"}},
		{Op: "DescribeBackupPolicy", Permission: "elasticfilesystem:DescribeBackupPolicy", Fills: []string{"automatic_backups"}},
		{Op: "DescribeMountTargets", Permission: "elasticfilesystem:DescribeMountTargets", Fills: []string{"subnets"}},
		backup.LastCall,
	},
	Refresh: []string{
		"CreateFileSystem", "DeleteFileSystem", "UpdateFileSystem", "PutFileSystemPolicy", "DeleteFileSystemPolicy", "PutBackupPolicy",
		"CreateMountTarget", "DeleteMountTarget", "TagResource", "UntagResource",
	},
	Gone:   []string{"FileSystemNotFound"},
	List:   listFileSystems,
	Detail: readFileSystem,
	Facets: fileSystemFacets,
}

func listFileSystems(ctx context.Context, s *aws.Session, found func(*source.Draft[FileSystem])) error {
	size := int32(100)
	pages := sdk.NewDescribeFileSystemsPaginator(client(s), &sdk.DescribeFileSystemsInput{MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.FileSystems {
			found(draftFileSystem(s, f))
		}
	}
	return nil
}

func draftFileSystem(s *aws.Session, f types.FileSystemDescription) *source.Draft[FileSystem] {
	id := aws.Value(f.FileSystemId)
	d := &source.Draft[FileSystem]{ID: s.ARN("elasticfilesystem", "file-system/"+id), Name: aws.Value(f.Name), Created: aws.Value(f.CreationTime).In(time.UTC), Tags: tags(f.Tags)}
	d.Config = FileSystem{
		Encrypted: aws.Value(f.Encrypted), KMSKey: aws.Value(f.KmsKeyId), MountTargets: int(f.NumberOfMountTargets), Zone: aws.Value(f.AvailabilityZoneName),
	}
	if f.SizeInBytes != nil {
		d.Config.Bytes = int(f.SizeInBytes.Value)
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

func readFileSystem(ctx context.Context, s *aws.Session, d *source.Draft[FileSystem]) error {
	id := d.ID[len(s.ARN("elasticfilesystem", "file-system/")):]
	backup.ReadLast(ctx, s, d, &d.Config.LastAWSBackup)
	if d.Config.MountTargets > 0 {
		d.Try("subnets", func() error { return readMountTargets(ctx, s, d, id) })
	}
	d.Try("policy", func() error {
		out, err := client(s).DescribeFileSystemPolicy(ctx, &sdk.DescribeFileSystemPolicyInput{FileSystemId: &id})
		if err != nil {
			return aws.Absent(err, "PolicyNotFound")
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
		return err
	})
	d.Try("automatic_backups", func() error {
		out, err := client(s).DescribeBackupPolicy(ctx, &sdk.DescribeBackupPolicyInput{FileSystemId: &id})
		if err != nil {
			return aws.Absent(err, "PolicyNotFound")
		}
		d.Config.AutomaticBackups = out.BackupPolicy != nil && (out.BackupPolicy.Status == types.StatusEnabled || out.BackupPolicy.Status == types.StatusEnabling)
		return nil
	})
	return nil
}

func readMountTargets(ctx context.Context, s *aws.Session, d *source.Draft[FileSystem], id string) error {
	size := int32(100)
	var subnets []string
	pages := sdk.NewDescribeMountTargetsPaginator(client(s), &sdk.DescribeMountTargetsInput{FileSystemId: &id, MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.MountTargets {
			subnets = append(subnets, aws.Value(m.SubnetId))
		}
	}
	d.Config.Subnets = subnets
	for _, subnet := range subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+subnet))
	}
	return nil
}

func fileSystemFacets(d *source.Draft[FileSystem]) {
	c := d.Config
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if !c.Encrypted {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.TriOf(c.Encrypted), CustomerKey: customer, KeyID: c.KMSKey, InTransit: estate.Maybe})
	// What AWS Backup copied once may have been copied by hand.
	other := d.Tri("last_aws_backup", false)
	if c.LastAWSBackup != nil {
		other = estate.Maybe
	}
	copies := facet.Backup{Automated: d.Tri("automatic_backups", c.AutomaticBackups).Or(other), PointInTime: estate.No, DeletionProtected: estate.No}
	if c.AutomaticBackups {
		copies.RetentionDays = 35 // what the plan of automatic backups keeps
	}
	d.Offer(copies)
	d.Carry("automatic_backups", "facets.backup.retention_days")
	d.Offer(facet.DataStore{Kind: "file", Versioned: estate.No, PasswordLogin: estate.No})
	d.OfferPolicy("policy", c.Policy)
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}
