package s3_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/s3"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, s3.Kinds()) }
