package cloudwatch_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/cloudwatch"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, cloudwatch.Kinds()) }
