package ssm_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ssm"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ssm.Kinds()) }
