package cloudtrail_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/cloudtrail"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, cloudtrail.Kinds()) }
