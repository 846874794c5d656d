package account_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, account.Kinds()) }
