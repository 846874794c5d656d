package glue_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/glue"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, glue.Kinds()) }
