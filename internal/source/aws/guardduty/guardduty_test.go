package guardduty_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/guardduty"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, guardduty.Kinds()) }
