package lambda_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/lambda"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, lambda.Kinds()) }
