package accessanalyzer_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/accessanalyzer"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, accessanalyzer.Kinds()) }
