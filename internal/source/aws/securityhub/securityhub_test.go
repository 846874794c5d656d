package securityhub_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/securityhub"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, securityhub.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, securityhub.Kinds(), "aws_securityhub_account", "hub")
}
