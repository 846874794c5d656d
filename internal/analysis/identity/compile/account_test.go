package compile_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/compile"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// TestActionsOnNothingAreOfTheCallersAccount is about the keys that tell whose the resource
// is where a request names none.
func TestActionsOnNothingAreOfTheCallersAccount(t *testing.T) {
	t.Parallel()
	c := compile.New(reference.Load())
	for _, key := range []string{"aws:ResourceAccount", "s3:ResourceAccount"} {
		for account, want := range map[string]decide.Outcome{home: decide.Allowed, other: decide.DeniedImplicitly} {
			who, _ := decide.ParsePrincipal("arn:aws:iam::" + home + ":user/ann")
			doc := parse(t, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"`+key+`":"`+account+`"}}}}`)
			layers := decide.Layers{Identity: []decide.Source{{Name: "own", Doc: doc}}}
			nothing := decide.Resource{ARN: "*"}
			got := c.Decide(&compile.Request{Caller: c.Caller(who), Set: c.Set(layers), Target: c.Target("ec2:DescribeInstances", nothing, nil)})
			request := decide.Request{Principal: who, Action: "ec2:DescribeInstances", Resource: nothing, Context: decide.Known(&who, &nothing, "ec2:DescribeInstances"), Reference: reference.Load()}
			if traced := decide.Decide(request, layers).Outcome; got != want || traced != want {
				t.Errorf("%s %s: compiled %s, traced %s, want %s", key, account, got, traced, want)
			}
		}
	}
}
