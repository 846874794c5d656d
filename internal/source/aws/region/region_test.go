package region_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/region"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, region.Kinds()) }
