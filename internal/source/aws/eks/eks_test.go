package eks_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/eks"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, eks.Kinds()) }
