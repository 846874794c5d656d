package iam_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/iam"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, iam.Kinds()) }
