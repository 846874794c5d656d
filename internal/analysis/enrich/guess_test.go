package enrich_test

import (
	"testing"
	"time"

	"github.com/stance-sec/stance/internal/analysis/enrich"
)

func TestBusiness(t *testing.T) {
	t.Parallel()
	const mapping = `context: [{match: {tags: {tier: gold}}, set: {environment: production, owner: "tag:squad", criticality: high}}]`
	const account = `{"id":"a","type":"aws_organizations_account","account":"1","name":"acme-staging","facets":{"account":{"id":"1","name":"acme-staging","units":[]}}}`
	cases := map[string]struct {
		line                               string
		environment, owner, class, ranking string
		guessed                            bool
	}{
		"mapping-beats-tags": {
			line:        `{"account":"1","name":"x","tags":{"tier":"gold","squad":"pay","owner":"ana","env":"dev"}}`,
			environment: "production", owner: "pay", ranking: "mapping,tag owner"},
		"tag-beats-name":       {line: `{"account":"1","name":"prod-db","tags":{"Env":"DEV","team":"data"}}`, environment: "development", owner: "data", ranking: "tag team", guessed: true},
		"name-beats-account":   {line: `{"account":"1","name":"prod-customer-db"}`, environment: "production", class: "confidential", owner: "account acme-staging", ranking: "account", guessed: true},
		"account-at-last":      {line: `{"account":"1","name":"db"}`, environment: "staging", owner: "account acme-staging", ranking: "account", guessed: true},
		"part-of-word-is-none": {line: `{"account":"2","name":"product-catalogue"}`},
		"value-nobody-knows":   {line: `{"account":"2","name":"db","tags":{"env":"blue","data-class":"PII"}}`, class: "restricted"},
		"contacts-before-account": {line: `{"account":"3","name":"db"}`, owner: "cloud-ops@example.com",
			ranking: "the account's operations contact,the account's security contact"},
		"creator-before-contacts": {line: `{"account":"3","name":"db","tags":{"createdBy":"bob"}}`, owner: "bob",
			ranking: "tag createdby,the account's operations contact,the account's security contact"},
		"person-is-not-named": {line: `{"account":"4","name":"db"}`, owner: "the security contact of account 4", ranking: "the account's security contact"},
		"creator-is-weaker":   {line: `{"account":"2","name":"db","tags":{"aws:createdBy":"AIDA:bob","Owner":"ops"}}`, owner: "ops", ranking: "tag owner,tag aws:createdby"},
	}
	m, err := enrich.ParseMapping("m", []byte(mapping))
	if err != nil {
		t.Fatal(err)
	}
	o := enrich.NewObserver()
	if err := o.Observe([]byte(account)); err != nil {
		t.Fatal(err)
	}
	for account, contacts := range map[string]string{
		"3": `{"operations":true,"operations_mailbox":"cloud-ops@example.com","security":true,"security_mailbox":"security@example.com"}`,
		"4": `{"billing":true,"security":true}`, "1": `{"billing":true}`,
	} {
		if err := o.Observe([]byte(`{"type":"aws_account","account":"` + account + `","config":{"alternate_contacts":` + contacts + `}}`)); err != nil {
			t.Fatal(err)
		}
	}
	reader := o.Overlay(m, time.Time{}).NewReader()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			b, err := reader.Business([]byte(c.line))
			if err != nil {
				t.Fatal(err)
			}
			ranking := ""
			for _, e := range b.Evidence {
				if e.Attribute == "owner" {
					ranking += "," + e.Source
				}
			}
			if b.Environment != c.environment || b.Owner != c.owner || b.DataClass != c.class || ranking != "" && ranking[1:] != c.ranking {
				t.Errorf("got environment %q owner %q class %q by %q", b.Environment, b.Owner, b.DataClass, ranking)
			}
			if b.Environment != "" && b.Guessed("environment") != c.guessed {
				t.Errorf("environment guessed: %v", b.Guessed("environment"))
			}
		})
	}
}
