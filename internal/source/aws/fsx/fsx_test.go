package fsx_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/fsx"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, fsx.Kinds()) }
