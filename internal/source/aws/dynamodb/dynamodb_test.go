package dynamodb_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/dynamodb"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, dynamodb.Kinds()) }
