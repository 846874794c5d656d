package redshift_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/redshift"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, redshift.Kinds()) }
