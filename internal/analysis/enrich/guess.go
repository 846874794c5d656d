package enrich

import (
	"cmp"
	"slices"
	"strings"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// Business returns what a resource means to its owners: what the mapping says and, for
// what it leaves open, guesses from tags and names. Each attribute that is set has at
// least one entry of evidence; owners are ranked, best first. Checks never see guesses.
func (r *Reader) Business(line []byte) (estate.Business, error) {
	v, err := r.parser.ParseBytes(line)
	if err != nil {
		return estate.Business{}, estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	var declared estate.Context
	s := r.overlay.subject(v)
	r.overlay.declare(s, &declared)
	b := estate.Business{Environment: declared.Environment, Owner: declared.Owner, Criticality: declared.Criticality, DataClass: declared.DataClass}
	g := guesser{subject: s, business: &b}
	g.declared("environment", declared.Environment)
	g.declared("owner", declared.Owner)
	g.declared("criticality", declared.Criticality)
	g.declared("data_class", declared.DataClass)
	g.guess("environment", &b.Environment, environments, environmentTags, environmentWords)
	g.guess("criticality", &b.Criticality, criticalityWords, criticalityTags, nil)
	g.guess("data_class", &b.DataClass, dataClassWords, dataClassTags, dataWords)
	g.owners()
	return b, nil
}

// How far each kind of evidence is believed.
const (
	byMapping  = 1.0
	byTag      = 0.85
	byCreator  = 0.6
	byTrail    = 0.55
	byName     = 0.5
	byAccount  = 0.4
	byPipeline = 0.35
	byContact  = 0.3
	lastResort = 0.2
)

// word maps words that people write to the value that Stance keeps.
type word struct{ written, means string }

var (
	environmentTags = []string{"environment", "env", "stage"}
	environments    = []word{
		{"production", "production"}, {"prod", "production"}, {"prd", "production"}, {"live", "production"},
		{"staging", "staging"}, {"stage", "staging"}, {"stg", "staging"}, {"preprod", "staging"}, {"uat", "staging"}, {"qa", "staging"},
		{"development", "development"}, {"dev", "development"}, {"test", "development"},
		{"sandbox", "sandbox"}, {"playground", "sandbox"}, {"sbx", "sandbox"},
	}
	environmentWords = environments
	criticalityTags  = []string{"criticality", "business-criticality", "businesscriticality"}
	criticalityWords = []word{{"critical", "critical"}, {"mission-critical", "critical"}, {"high", "high"}, {"medium", "medium"}, {"moderate", "medium"}, {"low", "low"}}
	dataClassTags    = []string{"data-class", "data_class", "dataclass", "data-classification", "dataclassification", "classification", "sensitivity"}
	dataClassWords   = []word{
		{"restricted", "restricted"}, {"secret", "restricted"}, {"pii", "restricted"}, {"phi", "restricted"}, {"pci", "restricted"},
		{"confidential", "confidential"}, {"internal", "internal"}, {"public", "public"},
	}
	// dataWords are parts of names that say what is inside.
	dataWords = []word{
		{"customer", "confidential"}, {"customers", "confidential"}, {"pii", "restricted"}, {"payroll", "restricted"}, {"patients", "restricted"},
		{"cardholder", "restricted"}, {"backup", "confidential"}, {"backups", "confidential"}, {"website", "public"},
	}
	ownerTags   = []string{"owner", "team", "squad", "contact", "maintainer"}
	creatorTags = []string{"aws:createdby", "createdby", "created-by", "creator"}
)

// guesser fills a business context from a resource's tags and names.
type guesser struct {
	subject  subject
	business *estate.Business
}

func (g *guesser) note(attribute, value, source string, confidence float64) {
	g.business.Evidence = append(g.business.Evidence, estate.BusinessEvidence{
		Attribute: attribute, Value: value, Source: source, Confidence: confidence, Guess: confidence < byMapping})
}

func (g *guesser) declared(attribute, value string) {
	if value != "" {
		g.note(attribute, value, "mapping", byMapping)
	}
}

// guess tries the tags, then the names of resource, account and units, nearest first.
func (g *guesser) guess(attribute string, into *string, values []word, tags []string, words []word) {
	if *into != "" {
		return
	}
	for _, key := range tags {
		if written, ok := tagOf(g.subject.tags, key); ok {
			if means := meaning(values, strings.ToLower(strings.TrimSpace(written))); means != "" {
				*into = means
				g.note(attribute, means, "tag "+key, byTag)
				return
			}
		}
	}
	if words == nil {
		return
	}
	names := []struct {
		what, name string
		confidence float64
	}{{"name", g.subject.name, byName}, {"account name", g.subject.accountName, byAccount}}
	for _, n := range names {
		for _, part := range parts(n.name) {
			if means := meaning(words, part); means != "" {
				*into = means
				g.note(attribute, means, n.what, n.confidence)
				return
			}
		}
	}
}

// owners ranks who may be asked: the mapping, tags of owners, tags of creators, the
// creator by the audit trail, the contacts of the account, and the account itself at last.
func (g *guesser) owners() {
	add := func(value, source string, confidence float64) {
		if value = strings.TrimSpace(value); value == "" {
			return
		}
		if g.business.Owner == "" {
			g.business.Owner = value
		}
		g.note("owner", value, source, confidence)
	}
	for _, key := range ownerTags {
		if v, ok := tagOf(g.subject.tags, key); ok && v != g.business.Owner {
			add(v, "tag "+key, byTag)
		}
	}
	for _, key := range creatorTags {
		if v, ok := tagOf(g.subject.tags, key); ok {
			add(v, "tag "+key, byCreator)
		}
	}
	if c := g.subject.creator; c != nil {
		add(c.value(cmp.Or(g.subject.accountName, g.subject.account)), c.source(), c.confidence)
	}
	for _, c := range g.subject.contacts {
		add(c.value(cmp.Or(g.subject.accountName, g.subject.account)), "the account's "+c.purpose+" contact", byContact)
	}
	if g.business.Owner == "" && g.subject.accountName != "" {
		add("account "+g.subject.accountName, "account", lastResort)
	}
}

func meaning(words []word, written string) string {
	if i := slices.IndexFunc(words, func(w word) bool { return w.written == written }); i >= 0 {
		return words[i].means
	}
	return ""
}

// parts splits a name into words in lower case.
func parts(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < '0' || r > '9' && r < 'a' || r > 'z' && r < 128 })
}

// subject reads what rules and guesses look at.
func (o *Overlay) subject(v *fastjson.Value) subject {
	s := subject{
		cloud: text(v, "cloud"), account: text(v, "account"), region: text(v, "region"), kind: text(v, "type"), name: text(v, "name"),
		tags: map[string]string{}, contacts: o.contacts[text(v, "account")], creator: o.creatorOf(v),
	}
	if a, ok := o.accounts[s.account]; ok {
		s.accountName, s.units = a.Name, a.Units
	}
	if tags := v.GetObject("tags"); tags != nil {
		tags.Visit(func(key []byte, value *fastjson.Value) { s.tags[string(key)] = string(value.GetStringBytes()) })
	}
	for _, u := range v.GetArray("unknown") {
		if text(u, "path") == "tags" {
			s.tagless = &estate.Unknown{Path: "tags", Reason: estate.Reason(text(u, "reason")), Permission: text(u, "permission"), Detail: text(u, "detail")}
		}
	}
	return s
}

// declare applies the mapping's rules in order.
func (o *Overlay) declare(s subject, c *estate.Context) {
	for _, rule := range o.mapping.Context {
		if holds := rule.Match.holds(s); holds != estate.No {
			rule.Set.apply(s, holds == estate.Yes, c)
		}
	}
}
