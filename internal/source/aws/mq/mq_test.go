package mq_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/mq"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, mq.Kinds()) }
