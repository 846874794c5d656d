package emr_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/emr"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, emr.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, emr.Kinds(), "aws_emr_block_public_access_configuration")
}
