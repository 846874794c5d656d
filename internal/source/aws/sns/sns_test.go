package sns_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/sns"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, sns.Kinds()) }
