package sagemaker

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"
)

var dataQualityJobs = monitoringJobs("aws_sagemaker_data_quality_job_definition", "DataQuality",
	func(ctx context.Context, c *sdk.Client, token *string) (page, error) {
		out, err := c.ListDataQualityJobDefinitions(ctx, &sdk.ListDataQualityJobDefinitionsInput{MaxResults: pageSize(), NextToken: token})
		if err != nil {
			return page{}, err
		}
		return page{out.JobDefinitionSummaries, out.NextToken}, nil
	},
	func(ctx context.Context, c *sdk.Client, name *string) (job, error) {
		out, err := c.DescribeDataQualityJobDefinition(ctx, &sdk.DescribeDataQualityJobDefinitionInput{JobDefinitionName: name})
		if err != nil {
			return job{}, err
		}
		return job{out.RoleArn, out.NetworkConfig}, nil
	})

var modelBiasJobs = monitoringJobs("aws_sagemaker_model_bias_job_definition", "ModelBias",
	func(ctx context.Context, c *sdk.Client, token *string) (page, error) {
		out, err := c.ListModelBiasJobDefinitions(ctx, &sdk.ListModelBiasJobDefinitionsInput{MaxResults: pageSize(), NextToken: token})
		if err != nil {
			return page{}, err
		}
		return page{out.JobDefinitionSummaries, out.NextToken}, nil
	},
	func(ctx context.Context, c *sdk.Client, name *string) (job, error) {
		out, err := c.DescribeModelBiasJobDefinition(ctx, &sdk.DescribeModelBiasJobDefinitionInput{JobDefinitionName: name})
		if err != nil {
			return job{}, err
		}
		return job{out.RoleArn, out.NetworkConfig}, nil
	})

var modelExplainabilityJobs = monitoringJobs("aws_sagemaker_model_explainability_job_definition", "ModelExplainability",
	func(ctx context.Context, c *sdk.Client, token *string) (page, error) {
		out, err := c.ListModelExplainabilityJobDefinitions(ctx, &sdk.ListModelExplainabilityJobDefinitionsInput{MaxResults: pageSize(), NextToken: token})
		if err != nil {
			return page{}, err
		}
		return page{out.JobDefinitionSummaries, out.NextToken}, nil
	},
	func(ctx context.Context, c *sdk.Client, name *string) (job, error) {
		out, err := c.DescribeModelExplainabilityJobDefinition(ctx, &sdk.DescribeModelExplainabilityJobDefinitionInput{JobDefinitionName: name})
		if err != nil {
			return job{}, err
		}
		return job{out.RoleArn, out.NetworkConfig}, nil
	})

var modelQualityJobs = monitoringJobs("aws_sagemaker_model_quality_job_definition", "ModelQuality",
	func(ctx context.Context, c *sdk.Client, token *string) (page, error) {
		out, err := c.ListModelQualityJobDefinitions(ctx, &sdk.ListModelQualityJobDefinitionsInput{MaxResults: pageSize(), NextToken: token})
		if err != nil {
			return page{}, err
		}
		return page{out.JobDefinitionSummaries, out.NextToken}, nil
	},
	func(ctx context.Context, c *sdk.Client, name *string) (job, error) {
		out, err := c.DescribeModelQualityJobDefinition(ctx, &sdk.DescribeModelQualityJobDefinitionInput{JobDefinitionName: name})
		if err != nil {
			return job{}, err
		}
		return job{out.RoleArn, out.NetworkConfig}, nil
	})
