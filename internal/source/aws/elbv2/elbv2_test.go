package elbv2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/elbv2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, elbv2.Kinds()) }
