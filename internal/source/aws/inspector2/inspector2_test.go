package inspector2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/inspector2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, inspector2.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Partly(t, inspector2.Kinds(), "aws_inspector2_enabler",
		"-- BatchGetAccountStatus.json --\n{\"Accounts\": [{\"AccountId\": \"123456789012\", \"State\": {\"Status\": \"ENABLED\"}, \"ResourceState\": {}}]}\n", "scans")
}
