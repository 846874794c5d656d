package kinesis_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/kinesis"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, kinesis.Kinds()) }
