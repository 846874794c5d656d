package networkfirewall_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/networkfirewall"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, networkfirewall.Kinds()) }
