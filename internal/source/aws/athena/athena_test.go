package athena_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/athena"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, athena.Kinds()) }
