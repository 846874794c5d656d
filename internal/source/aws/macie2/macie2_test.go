package macie2_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/macie2"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, macie2.Kinds()) }
