package kms_test

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

func TestKeyARNKnowsEveryWayToNameAKey(t *testing.T) {
	t.Parallel()
	s := aws.NewSession(sdk.Config{}, "aws", "123456789012", "eu-west-1")
	for name, want := range map[string]string{
		"":                         "",
		"1":                        "arn:aws:kms:eu-west-1:123456789012:key/1",
		"alias/a":                  "arn:aws:kms:eu-west-1:123456789012:alias/a",
		"arn:aws:kms:x:1:key/mrk-": "arn:aws:kms:x:1:key/mrk-",
	} {
		if got := kms.KeyARN(s, name); got != want {
			t.Errorf("KeyARN(%q) = %q, want %q", name, got, want)
		}
	}
}
