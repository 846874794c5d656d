package sagemaker

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Domain is a SageMaker domain: the workshop of a team, with its users and their files.
type Domain struct {
	// VPCOnly is whether its applications reach the internet through the customer's network
	// only, rather than by a way of AWS.
	VPCOnly bool `json:"vpc_only"`
	// AuthMode is SSO when people sign in through IAM Identity Center, or IAM.
	AuthMode string `json:"auth_mode"`
	// KMSKey is the key for its files, as it was given; empty for a key of AWS.
	KMSKey string `json:"kms_key"`
	// VPC is its network.
	VPC string `json:"vpc"`
	// Subnets are its subnets.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of the firewalls between its applications.
	SecurityGroups []string `json:"security_groups"`
	// Role is the role of a user for whom no other is named.
	Role string `json:"role"`
	// NotebookSharing is whether users may share what their notebooks show.
	NotebookSharing bool `json:"notebook_sharing"`
	// Docker is whether users may run containers.
	Docker bool `json:"docker"`

	id string
}

// furnished are the fields that DescribeDomain fills.
var furnished = []string{"vpc_only", "auth_mode", "kms_key", "vpc", "subnets", "security_groups", "role", "notebook_sharing", "docker"}

var domain = source.Type[*aws.Session, Domain]{
	Name:     "aws_sagemaker_domain",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListDomains", Permission: "sagemaker:ListDomains"},
		{Op: "DescribeDomain", Permission: "sagemaker:DescribeDomain", Fills: furnished},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateDomain", "UpdateDomain", "DeleteDomain", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Domain])) error {
		pages := sdk.NewListDomainsPaginator(client(s), &sdk.ListDomainsInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, one := range page.Domains {
				d := &source.Draft[Domain]{ID: aws.Value(one.DomainArn), Name: aws.Value(one.DomainName), Created: aws.Value(one.CreationTime).In(time.UTC)}
				d.Config.id = aws.Value(one.DomainId)
				found(d)
			}
		}
		return nil
	},
	Detail: readDomain,
	Facets: func(d *source.Draft[Domain]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func readDomain(ctx context.Context, s *aws.Session, d *source.Draft[Domain]) error {
	d.Try(furnished[0], func() error {
		out, err := client(s).DescribeDomain(ctx, &sdk.DescribeDomainInput{DomainId: &d.Config.id})
		if err != nil {
			return err
		}
		c := &d.Config
		c.VPCOnly, c.AuthMode = out.AppNetworkAccessType == types.AppNetworkAccessTypeVpcOnly, string(out.AuthMode)
		c.KMSKey, c.VPC, c.Subnets = aws.Value(out.KmsKeyId), aws.Value(out.VpcId), out.SubnetIds
		if c.KMSKey == "" {
			c.KMSKey = aws.Value(out.HomeEfsFileSystemKmsKeyId)
		}
		if u := out.DefaultUserSettings; u != nil {
			c.Role, c.SecurityGroups = aws.Value(u.ExecutionRole), u.SecurityGroups
			c.NotebookSharing = u.SharingSettings != nil && u.SharingSettings.NotebookOutputOption == types.NotebookOutputOptionAllowed
		}
		if g := out.DomainSettings; g != nil && g.DockerSettings != nil {
			c.Docker = g.DockerSettings.EnableDockerAccess == types.FeatureStatusEnabled
		}
		d.Relate(estate.RunsAs, c.Role)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.KMSKey))
		relateNetwork(s, d, c.Subnets, c.SecurityGroups)
		return nil
	}, furnished[1:]...)
	readTags(ctx, s, d)
	return nil
}
