package emr_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/emr"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, emr.Kinds()) }
