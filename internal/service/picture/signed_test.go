package picture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

// Where everyone may use a store, it is the internet for an API that answers requests that
// nobody signed, else anyone with an account.
func TestEveryoneMaySignNothingWhereTheAPIAnswersThat(t *testing.T) {
	t.Parallel()
	const (
		internet = "entry:internet"
		account  = "entry:any-account"
		all      = `{"version":"2012-10-17","statements":[{"effect":"Allow","principals":[{"kind":"*","id":"*"}],"actions":["*"],"resources":["*"]}]}`
	)
	granted := func(groups ...string) string {
		var list []string
		for _, g := range groups {
			list = append(list, `{"principal":"http://acs.amazonaws.com/groups/global/`+g+`","anyone":true,"permission":"READ","read":true}`)
		}
		return strings.Join(list, ",")
	}
	for name, c := range map[string]struct {
		kind, arn, documents, grants string
		want                         []string
	}{
		"a bucket":                      {"aws_s3_bucket", "arn:aws:s3:::b", all, "", []string{internet}},
		"a bucket by its list":          {"aws_s3_bucket", "arn:aws:s3:::b", "", granted("AllUsers"), []string{internet}},
		"a bucket for whoever signs":    {"aws_s3_bucket", "arn:aws:s3:::b", "", granted("AuthenticatedUsers"), []string{account}},
		"a bucket for both":             {"aws_s3_bucket", "arn:aws:s3:::b", "", granted("AuthenticatedUsers", "AllUsers"), []string{internet}},
		"a bucket with policy and list": {"aws_s3_bucket", "arn:aws:s3:::b", all, granted("AuthenticatedUsers"), []string{internet}},
		"a queue":                       {"aws_sqs_queue", "arn:aws:sqs:eu-west-1:111111111111:b", all, "", []string{internet}},
		"a secret":                      {"aws_secretsmanager_secret", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:b", all, "", []string{account}},
		"a function":                    {"aws_lambda_function", "arn:aws:lambda:eu-west-1:111111111111:function:b", all, "", []string{account}},
		"a bucket for nobody":           {"aws_s3_bucket", "arn:aws:s3:::b", "", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shelf{}
			add := func(kind, arn, facets string) {
				line := fmt.Sprintf(`{"id":%q,"type":%q,"cloud":"aws","account":"111111111111","region":"eu-west-1","name":"b","config":{"urls":[]},"facets":{%s}}`, arn, kind, facets)
				scope := estate.Scope{Cloud: estate.AWS, Account: "111111111111", Region: "eu-west-1", Type: kind}
				s[scope] = append(s[scope], []byte(line))
			}
			add("aws_s3_account_public_access_block", "arn:aws:s3::111111111111:public-access-block", `"public_guard":{"protects":"aws_s3_bucket","blocks_policies":false,"ignores_lists":false}`)
			add(c.kind, c.arn, `"data_store":{"kind":"object"},"access_policy":{"documents":[`+c.documents+`],"grants":[`+c.grants+`],"policy_blocked":false,"list_blocked":false,"enforced":false}`)
			var got []string
			for step := range drawn(t, s).Model.Steps() {
				if step.Kind == "anonymous-access" {
					got = append(got, step.From)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("from %q, want %q", got, c.want)
			}
		})
	}
}
