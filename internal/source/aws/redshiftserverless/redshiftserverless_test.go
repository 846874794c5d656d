package redshiftserverless_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/redshiftserverless"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, redshiftserverless.Kinds()) }
