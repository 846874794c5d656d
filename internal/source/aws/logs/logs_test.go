package logs_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/logs"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, logs.Kinds()) }
