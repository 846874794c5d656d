package acm_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/acm"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, acm.Kinds()) }
