package efs_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/efs"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, efs.Kinds()) }
