package eventbridge_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/eventbridge"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, eventbridge.Kinds()) }
