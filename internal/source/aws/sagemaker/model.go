package sagemaker

import (
	"context"
	"maps"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Model is a trained model with the containers that answer with it.
type Model struct {
	// NetworkIsolation is whether its containers can reach nothing over the network.
	NetworkIsolation bool `json:"network_isolation"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// Subnets are the subnets its containers stand in; empty when they are none of the
	// customer's.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Containers are its containers.
	Containers []Container `json:"containers"`
}

// Container is a container of a model.
type Container struct {
	// Image is what it is started from.
	Image string `json:"image"`
	// PrivateRegistry is whether the image comes from a registry in the customer's network.
	PrivateRegistry bool `json:"private_registry"`
	// Data is where the trained model is kept; empty when the image holds it.
	Data string `json:"data"`
	// Environment are its environment variables: names, never values.
	Environment []Variable `json:"environment"`
}

// Variable is an environment variable.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

// modelled are the fields that DescribeModel fills.
var modelled = []string{"network_isolation", "role", "subnets", "security_groups", "containers"}

var model = source.Type[*aws.Session, Model]{
	Name:     "aws_sagemaker_model",
	Service:  "sagemaker",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListModels", Permission: "sagemaker:ListModels"},
		{Op: "DescribeModel", Permission: "sagemaker:DescribeModel", Fills: modelled},
		{Op: "ListTags", Permission: "sagemaker:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateModel", "DeleteModel", "AddTags", "DeleteTags"},
	Gone:    gone,
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Model])) error {
		pages := sdk.NewListModelsPaginator(client(s), &sdk.ListModelsInput{MaxResults: pageSize()})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, m := range page.Models {
				found(&source.Draft[Model]{ID: aws.Value(m.ModelArn), Name: aws.Value(m.ModelName), Created: aws.Value(m.CreationTime).In(time.UTC)})
			}
		}
		return nil
	},
	Detail: readModel,
}

func readModel(ctx context.Context, s *aws.Session, d *source.Draft[Model]) error {
	d.Try(modelled[0], func() error {
		out, err := client(s).DescribeModel(ctx, &sdk.DescribeModelInput{ModelName: &d.Name})
		if err != nil {
			return err
		}
		c := &d.Config
		c.NetworkIsolation, c.Role = aws.Value(out.EnableNetworkIsolation), aws.Value(out.ExecutionRoleArn)
		if out.VpcConfig != nil {
			c.Subnets, c.SecurityGroups = out.VpcConfig.Subnets, out.VpcConfig.SecurityGroupIds
		}
		if out.PrimaryContainer != nil {
			c.Containers = append(c.Containers, container(*out.PrimaryContainer))
		}
		for _, one := range out.Containers {
			c.Containers = append(c.Containers, container(one))
		}
		d.Relate(estate.RunsAs, c.Role)
		relateNetwork(s, d, c.Subnets, c.SecurityGroups)
		for _, one := range c.Containers {
			d.Relate(estate.RunsImage, one.Image)
		}
		return nil
	}, modelled[1:]...)
	readTags(ctx, s, d)
	return nil
}

func container(one types.ContainerDefinition) Container {
	c := Container{Image: aws.Value(one.Image), Data: aws.Value(one.ModelDataUrl)}
	if one.ImageConfig != nil {
		c.PrivateRegistry = one.ImageConfig.RepositoryAccessMode == types.RepositoryAccessModeVpc
	}
	for _, name := range slices.Sorted(maps.Keys(one.Environment)) {
		c.Environment = append(c.Environment, Variable{Name: name, Secrets: secret.Setting(name, one.Environment[name])})
	}
	return c
}
