package sagemaker_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/sagemaker"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, sagemaker.Kinds()) }
