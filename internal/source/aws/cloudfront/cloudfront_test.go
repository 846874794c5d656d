package cloudfront_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/cloudfront"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, cloudfront.Kinds()) }
