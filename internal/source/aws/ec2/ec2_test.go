package ec2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ec2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ec2.Kinds()) }
