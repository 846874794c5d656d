package secretsmanager_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/secretsmanager"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, secretsmanager.Kinds()) }
