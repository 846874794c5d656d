package firehose_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/firehose"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, firehose.Kinds()) }
