package configservice_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/configservice"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, configservice.Kinds()) }
