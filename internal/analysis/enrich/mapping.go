package enrich

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stance-sec/stance/internal/estate"
)

// Mapping is the user's file that says what resources mean to the business: rules in
// order, of which the first that matches and sets an attribute decides it.
//
//	context:
//	  - match: {accounts: ["111122223333"], tags: {env: prod*}}
//	    set: {environment: production, owner: tag:team, criticality: high}
//
// All conditions of a match must hold, and in each condition one of the values. Values
// are patterns with * and ?, compared without regard to case. A value to set that
// begins with "tag:" is taken from the resource's tag; the rule then only sets it
// where the tag is there. Where the tags of a resource could not be read, what a rule
// would set by them is not known.
type Mapping struct {
	Context []Rule `yaml:"context"`
}

// Rule is one rule of a mapping.
type Rule struct {
	Match Match  `yaml:"match"`
	Set   Values `yaml:"set"`
}

// Match says which resources a rule is about. An empty condition holds for all.
type Match struct {
	Clouds   []string `yaml:"clouds"`
	Accounts []string `yaml:"accounts"` // ids or names
	Units    []string `yaml:"units"`    // organisational units, by id or name
	Regions  []string `yaml:"regions"`
	Types    []string `yaml:"types"`
	Names    []string `yaml:"names"`
	// Tags hold for a resource that has each of the tags with one of the values.
	Tags map[string]patterns `yaml:"tags"`
}

// Values are what a rule sets.
type Values struct {
	Environment string `yaml:"environment"`
	Owner       string `yaml:"owner"`
	Criticality string `yaml:"criticality"`
	DataClass   string `yaml:"data_class"`
}

// patterns is one pattern or a list of them.
type patterns []string

// UnmarshalYAML accepts a text or a list of texts.
func (p *patterns) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*p = patterns{node.Value}
		return nil
	}
	return node.Decode((*[]string)(p))
}

var (
	criticalities = []string{"", "critical", "high", "medium", "low"}
	dataClasses   = []string{"", "public", "internal", "confidential", "restricted"}
)

// ParseMapping reads a mapping file; name is for error messages.
func ParseMapping(name string, data []byte) (*Mapping, error) {
	op := "read mapping " + name
	var m Mapping
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return nil, estate.Errorf(estate.CodeInvalid, op, "%s", strings.TrimPrefix(oneLine(err), "yaml: "))
	}
	for i, r := range m.Context {
		if err := r.check(); err != nil {
			return nil, estate.Errorf(estate.CodeInvalid, op, "rule %d: %w", i+1, err)
		}
	}
	return &m, nil
}

func (r Rule) check() error {
	if r.Set == (Values{}) {
		return errors.New("it sets nothing")
	}
	if c := r.Set.Criticality; !strings.HasPrefix(c, "tag:") && !slices.Contains(criticalities, c) {
		return fmt.Errorf("criticality %q is none of critical, high, medium, low", c)
	}
	if c := r.Set.DataClass; !strings.HasPrefix(c, "tag:") && !slices.Contains(dataClasses, c) {
		return fmt.Errorf("data_class %q is none of public, internal, confidential, restricted", c)
	}
	all := slices.Concat(r.Match.Clouds, r.Match.Accounts, r.Match.Units, r.Match.Regions, r.Match.Types, r.Match.Names)
	for _, values := range r.Match.Tags {
		all = append(all, values...)
	}
	for _, p := range all {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("%q is no pattern", p)
		}
	}
	return nil
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// subject is what a rule is matched against.
type subject struct {
	cloud, account, accountName, region, kind, name string
	units                                           []string
	tags                                            map[string]string
	contacts                                        []contact
	creator                                         *creator
	// tagless says why the tags are not known; nil when they are.
	tagless *estate.Unknown
}

// holds is Maybe where only tags that are not known stand between the subject and the rule.
func (m Match) holds(s subject) estate.Tri {
	if !matches(m.Clouds, s.cloud) || !matches(m.Accounts, s.account, s.accountName) || !matches(m.Units, s.units...) ||
		!matches(m.Regions, s.region) || !matches(m.Types, s.kind) || !matches(m.Names, s.name) {
		return estate.No
	}
	if len(m.Tags) > 0 && s.tagless != nil {
		return estate.Maybe
	}
	for key, values := range m.Tags {
		value, ok := tagOf(s.tags, key)
		if !ok || !matches(values, value) {
			return estate.No
		}
	}
	return estate.Yes
}

// matches reports whether one of the values matches one of the patterns; an empty
// list of patterns matches everything.
func matches(patterns []string, values ...string) bool {
	if len(patterns) == 0 {
		return true
	}
	for _, p := range patterns {
		for _, v := range values {
			if glob(p, v) {
				return true
			}
		}
	}
	return false
}

// glob matches with * and ? without regard to case; * also crosses slashes.
func glob(pattern, value string) bool {
	clean := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "/", "\x00") }
	ok, err := path.Match(clean(pattern), clean(value))
	return err == nil && ok
}

// tagOf finds a tag without regard to the case of its key.
func tagOf(tags map[string]string, key string) (string, bool) {
	if v, ok := tags[key]; ok {
		return v, true
	}
	found := ""
	for k := range tags {
		if strings.EqualFold(k, key) && (found == "" || k < found) {
			found = k
		}
	}
	return tags[found], found != ""
}

// apply sets what no earlier rule has set, or may have set. Unless the rule certainly
// holds, what it would set is not known.
func (v Values) apply(s subject, certain bool, c *estate.Context) {
	set := func(attribute string, into *string, value string) {
		if _, open := c.Undecided[attribute]; open || *into != "" || value == "" {
			return
		}
		key, fromTag := strings.CutPrefix(value, "tag:")
		if !certain || fromTag && s.tagless != nil {
			if c.Undecided == nil {
				c.Undecided = map[string]estate.Unknown{}
			}
			c.Undecided[attribute] = *s.tagless
			return
		}
		if fromTag {
			value, _ = tagOf(s.tags, key)
		}
		*into = value
	}
	set("environment", &c.Environment, v.Environment)
	set("owner", &c.Owner, v.Owner)
	set("criticality", &c.Criticality, v.Criticality)
	set("data_class", &c.DataClass, v.DataClass)
}
