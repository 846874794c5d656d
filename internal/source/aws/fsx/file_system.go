package fsx

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/fsx"
	"github.com/aws/aws-sdk-go-v2/service/fsx/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/backup"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// FileSystem is a file system of FSx. It is always encrypted, and only reachable from
// its network.
type FileSystem struct {
	// Kind is WINDOWS, LUSTRE, ONTAP or OPENZFS.
	Kind string `json:"kind"`
	// Status is AVAILABLE when it can be used.
	Status string `json:"status"`
	// KMSKey is the ARN of the key; empty for Lustre systems on scratch disks, whose
	// key the service keeps.
	KMSKey string `json:"kms_key"`
	// Deployment is how it is built, such as MULTI_AZ_1 or SCRATCH_2.
	Deployment string `json:"deployment"`
	// MultiAZ is whether it stands in two zones.
	MultiAZ bool `json:"multi_az"`
	// BackupRetentionDays is how long automated backups are kept; 0 turns them off.
	BackupRetentionDays int `json:"backup_retention_days"`
	// CopyTagsToBackups is whether backups carry its tags; ONTAP does not have this.
	CopyTagsToBackups bool `json:"copy_tags_to_backups"`
	// CopyTagsToVolumes is whether volumes carry its tags; OpenZFS only.
	CopyTagsToVolumes bool `json:"copy_tags_to_volumes"`
	// AuditLog is whether access to files or shares is written down; Windows only.
	AuditLog bool `json:"audit_log"`
	// VPC is the network it stands in.
	VPC string `json:"vpc"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// GiB is how large it is.
	GiB int `json:"gib"`
	// LastAWSBackup is when AWS Backup last copied it; absent when it never did.
	LastAWSBackup *time.Time `json:"last_aws_backup,omitempty"`
}

var fileSystem = source.Type[*aws.Session, FileSystem]{
	Name:     "aws_fsx_file_system",
	Service:  "fsx",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeFileSystems", Permission: "fsx:DescribeFileSystems"},
		backup.LastCall,
	},
	Refresh: []string{"CreateFileSystem", "CreateFileSystemFromBackup", "DeleteFileSystem", "UpdateFileSystem", "TagResource", "UntagResource"},
	List:    listFileSystems,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[FileSystem]) error {
		backup.ReadLast(ctx, s, d, &d.Config.LastAWSBackup)
		return nil
	},
	Facets: fileSystemFacets,
}

func listFileSystems(ctx context.Context, s *aws.Session, found func(*source.Draft[FileSystem])) error {
	size := int32(1000)
	pages := sdk.NewDescribeFileSystemsPaginator(client(s), &sdk.DescribeFileSystemsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.FileSystems {
			found(draft(s, f))
		}
	}
	return nil
}

func draft(s *aws.Session, f types.FileSystem) *source.Draft[FileSystem] {
	tags := aws.Tags(f.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
	d := &source.Draft[FileSystem]{ID: aws.Value(f.ResourceARN), Name: tags["Name"], Tags: tags, Created: aws.Value(f.CreationTime).In(time.UTC)}
	d.Config = FileSystem{
		Kind: string(f.FileSystemType), Status: string(f.Lifecycle), KMSKey: aws.Value(f.KmsKeyId),
		VPC: aws.Value(f.VpcId), Subnets: f.SubnetIds, GiB: int(aws.Value(f.StorageCapacity)),
	}
	fillKind(&d.Config, f)
	d.Config.MultiAZ = strings.HasPrefix(d.Config.Deployment, "MULTI_AZ")
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	for _, id := range f.SubnetIds {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+id))
	}
	return d
}

// fillKind fills in what each kind of file system says in a place of its own.
func fillKind(c *FileSystem, f types.FileSystem) {
	if w := f.WindowsConfiguration; w != nil {
		c.Deployment, c.BackupRetentionDays, c.CopyTagsToBackups = string(w.DeploymentType), int(aws.Value(w.AutomaticBackupRetentionDays)), aws.Value(w.CopyTagsToBackups)
		if a := w.AuditLogConfiguration; a != nil {
			c.AuditLog = records(a.FileAccessAuditLogLevel) || records(a.FileShareAccessAuditLogLevel)
		}
	}
	if l := f.LustreConfiguration; l != nil {
		c.Deployment, c.BackupRetentionDays, c.CopyTagsToBackups = string(l.DeploymentType), int(aws.Value(l.AutomaticBackupRetentionDays)), aws.Value(l.CopyTagsToBackups)
	}
	if o := f.OntapConfiguration; o != nil {
		c.Deployment, c.BackupRetentionDays = string(o.DeploymentType), int(aws.Value(o.AutomaticBackupRetentionDays))
	}
	if z := f.OpenZFSConfiguration; z != nil {
		c.Deployment, c.BackupRetentionDays = string(z.DeploymentType), int(aws.Value(z.AutomaticBackupRetentionDays))
		c.CopyTagsToBackups, c.CopyTagsToVolumes = aws.Value(z.CopyTagsToBackups), aws.Value(z.CopyTagsToVolumes)
	}
}

func records(level types.WindowsAccessAuditLogLevel) bool {
	return level != "" && level != types.WindowsAccessAuditLogLevelDisabled
}

func fileSystemFacets(d *source.Draft[FileSystem]) {
	c := d.Config
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if c.KMSKey == "" {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: customer, KeyID: c.KMSKey, InTransit: estate.Maybe})
	// What AWS Backup copied once may have been copied by hand.
	other := d.Tri("last_aws_backup", false)
	if c.LastAWSBackup != nil {
		other = estate.Maybe
	}
	d.Offer(facet.Backup{Automated: estate.TriOf(c.BackupRetentionDays > 0).Or(other), RetentionDays: c.BackupRetentionDays, PointInTime: estate.No, DeletionProtected: estate.No})
	d.Offer(facet.DataStore{Kind: "file", Engine: strings.ToLower(c.Kind), Versioned: estate.Maybe, PasswordLogin: estate.Maybe})
	if c.Kind == string(types.FileSystemTypeWindows) {
		d.Offer(facet.Logging{Enabled: estate.TriOf(c.AuditLog)})
	}
}
