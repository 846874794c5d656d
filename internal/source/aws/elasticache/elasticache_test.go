package elasticache_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/elasticache"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, elasticache.Kinds()) }
