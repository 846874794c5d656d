package sfn_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/sfn"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, sfn.Kinds()) }
