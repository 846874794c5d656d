package apigatewayv2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/apigatewayv2"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, apigatewayv2.Kinds()) }
