package ssm_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ssm"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ssm.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, ssm.Kinds(), "aws_ssm_service_setting")
}
