// Package sagemaker collects Amazon SageMaker AI.
package sagemaker

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{
		dataQualityJobs, domain, endpointConfiguration, featureGroup, model, modelBiasJobs, modelExplainabilityJobs, modelQualityJobs,
		monitoringSchedule, notebook,
	}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
