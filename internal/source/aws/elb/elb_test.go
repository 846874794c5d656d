package elb_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/elb"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, elb.Kinds()) }
