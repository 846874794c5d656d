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

func TestKeyBesideTakesPlaceAndOwnerOfTheResource(t *testing.T) {
	t.Parallel()
	const topic = "arn:aws-cn:sns:cn-north-1:123456789012:orders"
	for _, c := range []struct{ arn, name, want string }{
		{topic, "", ""},
		{topic, "1", "arn:aws-cn:kms:cn-north-1:123456789012:key/1"},
		{topic, "alias/a", "arn:aws-cn:kms:cn-north-1:123456789012:alias/a"},
		{topic, "arn:aws:kms:x:1:key/2", "arn:aws:kms:x:1:key/2"},
		{"orders", "1", "1"},
	} {
		if got := kms.KeyBeside(c.arn, c.name); got != c.want {
			t.Errorf("KeyBeside(%q, %q) = %q, want %q", c.arn, c.name, got, c.want)
		}
	}
}
