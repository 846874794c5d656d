package inspector2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/inspector2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, inspector2.Kinds()) }
