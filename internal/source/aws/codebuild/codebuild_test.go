package codebuild_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/codebuild"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, codebuild.Kinds()) }
