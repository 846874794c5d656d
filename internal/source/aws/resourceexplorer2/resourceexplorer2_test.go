package resourceexplorer2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/resourceexplorer2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, resourceexplorer2.Kinds()) }
