package identity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stance-sec/stance/internal/analysis/identity"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

func TestNilDocumentIsUnknown(t *testing.T) {
	t.Parallel()
	if got := identity.Public(nil, identity.Options{}); got.Verdict != estate.Maybe || len(got.Residue) == 0 {
		t.Errorf("Public: %+v", got)
	}
	if identity.Administers(nil) != estate.Maybe || identity.AllowsAllBut(nil) != estate.Maybe {
		t.Error("a grant of an unread document is not unknown")
	}
	all(nil)
}

// all asks every question, for the sake of not failing.
func all(doc *policydoc.Document) {
	identity.Public(doc, identity.Options{Resource: "arn:aws:s3:::b", Now: time.Unix(1700000000, 0)})
	identity.ConfusedDeputies(doc)
	identity.ExternalAccounts(doc, "111122223333")
	identity.TrustsWithoutExternalID(doc, "111122223333")
	identity.OpenFederation(doc)
	identity.Administers(doc)
	identity.AllowsAllBut(doc)
	identity.ServiceWildcards(doc)
}

// list repeats a format with a number as a JSON list.
func list(format string, count int) string {
	var items []string
	for i := range count {
		items = append(items, fmt.Sprintf(format, i))
	}
	return "[" + strings.Join(items, ",") + "]"
}

func TestHostileDocumentsEnd(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"ManyStatements": `{"Statement":` + list(`{"Effect":"Allow","Principal":"*","Action":"a:%d","Resource":"*"},{"Effect":"Deny","Principal":"*","NotAction":"b:*","Resource":"*","Condition":{"StringEquals":{"x":"y"}}}`, 2500) + `}`,
		"ManyActions":    policy(`"Effect":"Allow","Principal":"*","Action":`+list(`"a%d:*"`, 4000)+`,"Resource":"*"`, `"Effect":"Deny","Principal":"*","Action":`+list(`"b%d:*"`, 4000)+`,"Resource":"*"`),
		"ManyServices":   policy(`"Effect":"Allow","Action":` + list(`"a%d:*"`, 4000) + `,"Resource":` + list(`"arn:aws:x%d:::*"`, 4000)),
		"ManyResources":  policy(`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":`+list(`"arn:aws:s3:::b/%d*"`, 4000), `"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":`+list(`"arn:aws:s3:::b/*%d"`, 3000)),
		"LongPatterns":   policy(`"Effect":"Allow","Principal":"*","Action":"`+strings.Repeat("*a", 20000)+`","Resource":"*"`, `"Effect":"Deny","Principal":"*","NotAction":"`+strings.Repeat("a*", 20000)+`","Resource":"*"`),
		"ManyConditions": policy(`"Effect":"Allow","Principal":"*","Action":"a:B","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":` + list(`"1.2.3.%d"`, 20000) + `}}`),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := parse(t, text)
			all(doc)
			got := identity.Public(doc, identity.Options{})
			if len(got.Residue) > 16 {
				t.Errorf("%d entries of residue", len(got.Residue))
			}
			for _, entry := range got.Residue {
				if len(entry) > 300 {
					t.Errorf("an entry of %d bytes", len(entry))
				}
			}
		})
	}
}

func TestTooLargeToDecideIsUnknown(t *testing.T) {
	t.Parallel()
	doc := parse(t, policy(
		`"Effect":"Allow","Principal":"*","Action":`+list(`"a%d:*"`, 4000)+`,"Resource":"*"`,
		`"Effect":"Deny","Principal":"*","Action":`+list(`"b%d:*"`, 4000)+`,"Resource":"*"`))
	want := identity.Access{Residue: []string{"the policy is too large to decide"}}
	if diff := cmp.Diff(want, identity.Public(doc, identity.Options{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzQuestions(f *testing.F) {
	f.Add(policy(`"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:SourceArn":"arn:aws:s3:::*"}}`), "arn:aws:s3:::b")
	f.Add(trust("sts:AssumeRoleWithWebIdentity", `{"Federated":"token.actions.githubusercontent.com"}`, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*"}}`), "")
	f.Add(policy(`"Effect":"Deny","NotPrincipal":{"AWS":"*"},"NotAction":"a","NotResource":"b","Condition":{"Null":{"k":[true,false]},"DateLessThan":{"aws:CurrentTime":1}}`), "arn:::::")
	f.Fuzz(func(t *testing.T, text, resource string) {
		doc, err := policydoc.Parse(text)
		if err != nil {
			return
		}
		all(doc)
		first := identity.Public(doc, identity.Options{Resource: resource})
		if diff := cmp.Diff(first, identity.Public(doc, identity.Options{Resource: resource})); diff != "" {
			t.Errorf("two answers to one question:\n%s", diff)
		}
		if (first.Verdict == estate.No) != (len(first.Actions) == 0) && first.Residue == nil {
			t.Errorf("verdict %v with actions %v", first.Verdict, first.Actions)
		}
	})
}
