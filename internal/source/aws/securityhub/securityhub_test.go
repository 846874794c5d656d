package securityhub_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/securityhub"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, securityhub.Kinds()) }
