package memorydb_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/memorydb"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, memorydb.Kinds()) }
