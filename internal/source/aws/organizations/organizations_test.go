package organizations_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/organizations"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, organizations.Kinds()) }
