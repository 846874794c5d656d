package wafv2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/wafv2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, wafv2.Kinds()) }
