// Package apigatewayv2 collects Amazon API Gateway for HTTP and WebSocket APIs.
package apigatewayv2

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{api, stage}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }
