package sqs_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/sqs"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, sqs.Kinds()) }
