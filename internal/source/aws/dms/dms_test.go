package dms_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/dms"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, dms.Kinds()) }
