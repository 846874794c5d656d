package policydoc_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// statement wraps the elements of one statement into a document.
func statement(elements string) string {
	return `{"Statement":[{` + elements + `}]}`
}

const minimal = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`

func minimalDocument() *policydoc.Document {
	return &policydoc.Document{Version: "2012-10-17", Statements: []policydoc.Statement{
		{Effect: "Allow", Actions: []string{"s3:GetObject"}, Resources: []string{"*"}},
	}}
}

func TestParseAcceptsEveryWrapping(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Plain":                 minimal,
		"SurroundedBySpace":     " \r\n\t" + minimal + "\n ",
		"ByteOrderMark":         "\ufeff" + minimal,
		"PercentEncoded":        url.PathEscape(minimal),
		"QueryEncoded":          strings.ReplaceAll(url.QueryEscape(minimal), "+", "%20"),
		"EncodedByteOrderMark":  url.PathEscape("\ufeff " + minimal),
		"EncodedLowerCaseDigit": strings.Replace(url.QueryEscape(minimal), "%7B", "%7b", 1),
		"SingleStatement":       `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]}}`,
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := policydoc.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(minimalDocument(), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if fromBytes, err := policydoc.Parse([]byte(text)); err != nil || !cmp.Equal(got, fromBytes) {
				t.Errorf("from bytes: %v, %v", fromBytes, err)
			}
		})
	}
}

func TestParseDoesNotDecodePlainJSON(t *testing.T) {
	t.Parallel()
	got, err := policydoc.Parse(statement(`"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/%2A+x"`))
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:s3:::b/%2A+x"; got.Statements[0].Resources[0] != want {
		t.Errorf("resource %q, want %q", got.Statements[0].Resources[0], want)
	}
}

func TestParseKeepsPlusSignsOfEncodedText(t *testing.T) {
	t.Parallel()
	text := strings.Replace(minimal, `"*"`, `"arn:aws:s3:::b/a+b"`, 1)
	got, err := policydoc.Parse(url.PathEscape(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := "arn:aws:s3:::b/a+b"; got.Statements[0].Resources[0] != want {
		t.Errorf("resource %q, want %q", got.Statements[0].Resources[0], want)
	}
}

func TestParseStatements(t *testing.T) {
	t.Parallel()
	const act = `"Effect":"Allow","Action":"a:B",`
	tests := map[string]struct {
		elements string
		want     policydoc.Statement
	}{
		"PrincipalStar": {act + `"Principal":"*"`, policydoc.Statement{
			Principals: []policydoc.Principal{{Kind: "*", ID: "*"}}}},
		"PrincipalAWSStar": {act + `"Principal":{"AWS":"*"}`, policydoc.Statement{
			Principals: []policydoc.Principal{{Kind: "AWS", ID: "*"}}}},
		"AccountDigitsBecomeItsRoot": {act + `"Principal":{"AWS":["111122223333","arn:aws-cn:iam::444455556666:root"]}`, policydoc.Statement{
			Principals: []policydoc.Principal{
				{Kind: "AWS", ID: "arn:aws:iam::111122223333:root"}, {Kind: "AWS", ID: "arn:aws-cn:iam::444455556666:root"}}}},
		"PrincipalKindsKeepTheirOrder": {act + `"Principal":{"Service":["sns.amazonaws.com","ec2.amazonaws.com"],"CanonicalUser":"79a5","Federated":"accounts.google.com"}`, policydoc.Statement{
			Principals: []policydoc.Principal{
				{Kind: "Service", ID: "sns.amazonaws.com"}, {Kind: "Service", ID: "ec2.amazonaws.com"},
				{Kind: "CanonicalUser", ID: "79a5"}, {Kind: "Federated", ID: "accounts.google.com"}}}},
		"NoOneNamed": {act + `"Principal":{"AWS":[]}`, policydoc.Statement{Principals: []policydoc.Principal{}}},
		"NotForms": {`"Effect":"Deny","NotAction":["iam:*"],"NotResource":"arn:aws:s3:::b","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/a"}`, policydoc.Statement{
			Effect: "Deny", NotActions: []string{"iam:*"}, NotResources: []string{"arn:aws:s3:::b"},
			NotPrincipals: []policydoc.Principal{{Kind: "AWS", ID: "arn:aws:iam::111122223333:user/a"}}}},
		"ConditionValuesOfEveryType": {act + `"Condition":{"Bool":{"aws:SecureTransport":false},"NumericLessThan":{"s3:max-keys":[10,"20",1.50]}}`, policydoc.Statement{
			Conditions: []policydoc.Condition{
				{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}},
				{Operator: "NumericLessThan", Key: "s3:max-keys", Values: []string{"10", "20", "1.50"}}}}},
		"ConditionsSortedAndSpelled": {act + `"Condition":{"stringlike":{"b":"2","a":["2","1"]},"foranyvalue:STRINGNOTEQUALSIFEXISTS":{"k":[]},"Mystery":{"k":"v"}}`, policydoc.Statement{
			Conditions: []policydoc.Condition{
				{Operator: "ForAnyValue:StringNotEqualsIfExists", Key: "k", Values: []string{}},
				{Operator: "Mystery", Key: "k", Values: []string{"v"}},
				{Operator: "StringLike", Key: "a", Values: []string{"2", "1"}},
				{Operator: "StringLike", Key: "b", Values: []string{"2"}}}}},
		"EmptyCondition":    {act + `"Condition":{}`, policydoc.Statement{Conditions: []policydoc.Condition{}}},
		"EmptyActionList":   {`"Effect":"Allow","Action":[]`, policydoc.Statement{Actions: []string{}}},
		"SidIsText":         {act + `"Sid":"<b>x</b>"`, policydoc.Statement{SID: "<b>x</b>"}},
		"EscapedCharacters": {act + `"Sid":"\u0041\n"`, policydoc.Statement{SID: "A\n"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if want.Effect == "" {
				want.Effect = "Allow"
			}
			if want.Actions == nil && want.NotActions == nil {
				want.Actions = []string{"a:B"}
			}
			got, err := policydoc.Parse(statement(test.elements))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]policydoc.Statement{want}, got.Statements); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseAcceptsEmptyStatementList(t *testing.T) {
	t.Parallel()
	got, err := policydoc.Parse(`{"Version":"2008-10-17","Id":"x","Statement":[]}`)
	if err != nil {
		t.Fatal(err)
	}
	want := &policydoc.Document{Version: "2008-10-17", ID: "x", Statements: []policydoc.Statement{}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Variables() {
		t.Error("a document of 2008 has no variables")
	}
}

func TestDocumentJSONIsStable(t *testing.T) {
	t.Parallel()
	got, err := policydoc.Parse(statement(`"Effect":"Allow","Action":"a:B","Principal":"*","Condition":{"Bool":{"k":true}}`))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"version":"","id":"","statements":[{"sid":"","effect":"Allow","principals":[{"kind":"*","id":"*"}],` +
		`"actions":["a:B"],"conditions":[{"operator":"Bool","key":"k","values":["true"]}]}]}`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPrincipalAccount(t *testing.T) {
	t.Parallel()
	tests := map[policydoc.Principal]string{
		{Kind: "AWS", ID: "arn:aws:iam::111122223333:root"}:                                    "111122223333",
		{Kind: "AWS", ID: "arn:aws-us-gov:sts::111122223333:assumed-role/a/b"}:                 "111122223333",
		{Kind: "AWS", ID: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}: "",
		{Kind: "AWS", ID: "AROAEXAMPLE"}:                                                       "",
		{Kind: "AWS", ID: "*"}:                                                                 "",
		{Kind: "Federated", ID: "arn:aws:iam::111122223333:saml-provider/x"}:                   "",
		{Kind: "AWS", ID: "arn:aws:iam::11112222333x:root"}:                                    "",
	}
	for principal, want := range tests {
		if got := principal.Account(); got != want {
			t.Errorf("account of %v = %q, want %q", principal, got, want)
		}
	}
}
