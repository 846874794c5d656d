package kafka_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/kafka"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, kafka.Kinds()) }
