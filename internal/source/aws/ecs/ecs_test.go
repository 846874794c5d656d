package ecs_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/ecs"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, ecs.Kinds()) }
