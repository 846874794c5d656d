package bedrock_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/bedrock"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, bedrock.Kinds()) }
