package opensearch_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/opensearch"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, opensearch.Kinds()) }
