package kms_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, kms.Kinds()) }
