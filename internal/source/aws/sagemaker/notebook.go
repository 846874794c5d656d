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

// Notebook is a notebook instance: a machine on which people work with data.
type Notebook struct {
	// Status is InService when it runs.
	Status string `json:"status"`
	// DirectInternet is whether it reaches the internet by a way of AWS, past the network of
	// the customer.
	DirectInternet bool `json:"direct_internet"`
	// RootAccess is whether people on it can become its root user.
	RootAccess bool `json:"root_access"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// KMSKey is the key for its disk, as it was given; empty for a key of AWS.
	KMSKey string `json:"kms_key"`
	// Subnet is the subnet it stands in; empty when it is none of the customer's.
	Subnet string `json:"subnet"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Platform is the operating system and Jupyter version, such as notebook-al2023-v1.
	Platform string `json:"platform"`
	// MinimumIMDS is 2 when credentials of the role are given out against a token only, 1
	// otherwise; empty when it was never set, which acts as 1.
	MinimumIMDS string `json:"minimum_imds"`
}

// noteworthy are the fields that DescribeNotebookInstance fills.
var noteworthy = []string{"direct_internet", "root_access", "role", "kms_key", "subnet", "security_groups", "platform", "minimum_imds"}

var notebook = source.Type[*aws.Session, Notebook]{
	Name:     "aws_sagemaker_notebook_instance",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListNotebookInstances", Permission: "sagemaker:ListNotebookInstances"},
		{Op: "DescribeNotebookInstance", Permission: "sagemaker:DescribeNotebookInstance", Fills: noteworthy},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateNotebookInstance", "UpdateNotebookInstance", "DeleteNotebookInstance", "StartNotebookInstance", "StopNotebookInstance", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Notebook])) error {
		pages := sdk.NewListNotebookInstancesPaginator(client(s), &sdk.ListNotebookInstancesInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, n := range page.NotebookInstances {
				d := &source.Draft[Notebook]{ID: aws.Value(n.NotebookInstanceArn), Name: aws.Value(n.NotebookInstanceName), Created: aws.Value(n.CreationTime).In(time.UTC)}
				d.Config.Status = string(n.NotebookInstanceStatus)
				found(d)
			}
		}
		return nil
	},
	Detail: readNotebook,
	Facets: func(d *source.Draft[Notebook]) {
		c := d.Config
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", c.KMSKey != ""), KeyID: c.KMSKey})
		compute := facet.Compute{
			Running: estate.TriOf(c.Status == string(types.NotebookInstanceStatusInService)), PublicAddresses: []string{}, Networks: []string{},
			Firewalls: nonNil(c.SecurityGroups), RunsAs: c.Role, Image: c.Platform,
		}
		if c.Subnet != "" {
			compute.Networks = []string{c.Subnet}
		}
		d.Offer(compute, "subnet")
	},
}

func readNotebook(ctx context.Context, s *aws.Session, d *source.Draft[Notebook]) error {
	d.Try(noteworthy[0], func() error {
		out, err := client(s).DescribeNotebookInstance(ctx, &sdk.DescribeNotebookInstanceInput{NotebookInstanceName: &d.Name})
		if err != nil {
			return err
		}
		c := &d.Config
		c.DirectInternet, c.RootAccess = out.DirectInternetAccess != types.DirectInternetAccessDisabled, out.RootAccess != types.RootAccessDisabled
		c.Role, c.KMSKey, c.Subnet, c.SecurityGroups = aws.Value(out.RoleArn), aws.Value(out.KmsKeyId), aws.Value(out.SubnetId), out.SecurityGroups
		c.Platform = aws.Value(out.PlatformIdentifier)
		if m := out.InstanceMetadataServiceConfiguration; m != nil {
			c.MinimumIMDS = aws.Value(m.MinimumInstanceMetadataServiceVersion)
		}
		d.Relate(estate.RunsAs, c.Role)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.KMSKey))
		if c.Subnet != "" {
			relateNetwork(s, d, []string{c.Subnet}, c.SecurityGroups)
		}
		return nil
	}, noteworthy[1:]...)
	readTags(ctx, s, d)
	return nil
}
