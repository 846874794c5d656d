package ecr_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ecr"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ecr.Kinds()) }
