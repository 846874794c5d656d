package apigateway_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/apigateway"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, apigateway.Kinds()) }
