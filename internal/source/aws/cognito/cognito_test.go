package cognito_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/cognito"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, cognito.Kinds()) }
