package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// LaunchTemplate is what machines are started by. Of its versions the two are read
// that are used by those who name none: the default one and the latest one.
type LaunchTemplate struct {
	// TemplateID is its id, lt- and digits.
	TemplateID string `json:"template_id"`
	// DefaultNumber is the number of the version for those who name none.
	DefaultNumber int `json:"default_number"`
	// LatestNumber is the number of the newest version.
	LatestNumber int `json:"latest_number"`
	// CreatedBy is the ARN of who made it.
	CreatedBy string `json:"created_by"`
	// Versions are the default version and, when it is another one, the latest.
	Versions []TemplateVersion `json:"versions"`
}

// TemplateVersion is one version of a launch template. What it leaves empty is
// decided by who starts a machine, by the image, or by defaults of the region.
type TemplateVersion struct {
	// Number is the version's number.
	Number int `json:"number"`
	// Default is whether it is the version for those who name none.
	Default bool `json:"default"`
	// Image is the id of the image, or a parameter of Systems Manager that names it;
	// empty when it leaves that open.
	Image string `json:"image"`
	// InstanceType is the hardware; empty when it leaves that open.
	InstanceType string `json:"instance_type"`
	// Profile is the ARN or name of the instance profile; empty when it gives none.
	Profile string `json:"profile"`
	// KeyName is the key pair; empty when it gives none.
	KeyName string `json:"key_name"`
	// MetadataEndpoint is enabled, disabled, or empty when it leaves that open.
	MetadataEndpoint string `json:"metadata_endpoint"`
	// MetadataTokens is required (IMDSv2 only), optional, or empty when it leaves
	// that open.
	MetadataTokens string `json:"metadata_tokens"`
	// MetadataHopLimit is how many hops a token may travel; 0 when it leaves that open.
	MetadataHopLimit int `json:"metadata_hop_limit"`
	// PublicAddress is yes or no when it says so for a network interface, yes winning,
	// or empty when it leaves that to the subnet.
	PublicAddress string `json:"public_address"`
	// SecurityGroups are the ids or names of the firewalls; empty when it gives none.
	SecurityGroups []string `json:"security_groups"`
	// Disks are the disks it asks for beyond those of the image.
	Disks []ImageDisk `json:"disks"`
	// DetailedMonitoring is whether it asks for measurements every minute.
	DetailedMonitoring bool `json:"detailed_monitoring"`
	// UserData is what machines are given at their start.
	UserData UserData `json:"user_data"`
}

var launchTemplate = source.Type[*aws.Session, LaunchTemplate]{
	Name:     "aws_launch_template",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeLaunchTemplates", Permission: "ec2:DescribeLaunchTemplates"},
		{Op: "DescribeLaunchTemplateVersions", Permission: "ec2:DescribeLaunchTemplateVersions", Fills: []string{"versions"}},
	},
	Refresh: []string{
		"CreateLaunchTemplate", "CreateLaunchTemplateVersion", "ModifyLaunchTemplate", "DeleteLaunchTemplate",
		"DeleteLaunchTemplateVersions", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[LaunchTemplate])) error {
		pages := sdk.NewDescribeLaunchTemplatesPaginator(client(s), &sdk.DescribeLaunchTemplatesInput{MaxResults: pageOf(200)})
		return walk(ctx, pages, func(page *sdk.DescribeLaunchTemplatesOutput) {
			for _, t := range page.LaunchTemplates {
				found(draftLaunchTemplate(s, t))
			}
		})
	},
	Detail: readLaunchTemplate,
}

func draftLaunchTemplate(s *aws.Session, t types.LaunchTemplate) *source.Draft[LaunchTemplate] {
	id := aws.Value(t.LaunchTemplateId)
	d := &source.Draft[LaunchTemplate]{
		ID: s.ARN("ec2", "launch-template/"+id), Name: aws.Value(t.LaunchTemplateName), Tags: tags(t.Tags), Created: aws.Value(t.CreateTime).In(time.UTC),
	}
	d.Config = LaunchTemplate{
		TemplateID: id, DefaultNumber: int(aws.Value(t.DefaultVersionNumber)), LatestNumber: int(aws.Value(t.LatestVersionNumber)),
		CreatedBy: aws.Value(t.CreatedBy), Versions: []TemplateVersion{},
	}
	return d
}

func readLaunchTemplate(ctx context.Context, s *aws.Session, d *source.Draft[LaunchTemplate]) error {
	d.Try("versions", func() error {
		versions, err := templateVersions(ctx, s)
		if err != nil {
			return err
		}
		for _, v := range versions[d.Config.TemplateID] {
			d.Config.Versions = append(d.Config.Versions, v)
			relateTemplateVersion(s, d, v)
		}
		return nil
	})
	return nil
}

// templateVersions returns the default and latest versions of all templates of the
// region, which one list gives.
func templateVersions(ctx context.Context, s *aws.Session) (map[string][]TemplateVersion, error) {
	return aws.Shared(s, "ec2 launch template versions", func() (map[string][]TemplateVersion, error) {
		versions := map[string][]TemplateVersion{}
		pages := sdk.NewDescribeLaunchTemplateVersionsPaginator(client(s), &sdk.DescribeLaunchTemplateVersionsInput{
			MaxResults: pageOf(200), Versions: []string{"$Default", "$Latest"},
		})
		err := walk(ctx, pages, func(page *sdk.DescribeLaunchTemplateVersionsOutput) {
			for _, v := range page.LaunchTemplateVersions {
				id, read := aws.Value(v.LaunchTemplateId), readTemplateVersion(v)
				if !holds(versions[id], read.Number) {
					versions[id] = append(versions[id], read)
				}
			}
		})
		return versions, err
	})
}

func holds(versions []TemplateVersion, number int) bool {
	for _, v := range versions {
		if v.Number == number {
			return true
		}
	}
	return false
}
