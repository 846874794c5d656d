package rds_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/rds"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, rds.Kinds()) }
