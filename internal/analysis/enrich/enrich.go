package enrich

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
)

// Observer gathers, over a first pass, what some resources lay over others. Its
// memory follows the number of accounts, not of resources, and that of creations up to a
// bound. It is not safe for concurrent use.
type Observer struct {
	accounts map[string]facet.Account
	guards   map[guardKey]facet.PublicGuard
	// alone are the AWS accounts that said they are in no organisation.
	alone map[string]bool
	// contacts are whom AWS accounts name beside their owner, by account.
	contacts map[string][]contact
	rails    guardrails
	creators creators
}

type guardKey struct{ account, protects string }

// NewObserver returns an empty observer.
func NewObserver() *Observer {
	return &Observer{accounts: map[string]facet.Account{}, guards: map[guardKey]facet.PublicGuard{}, alone: map[string]bool{}, contacts: map[string][]contact{}, rails: newGuardrails(), creators: newCreators()}
}

// Overlies reports whether the resource on a JSON line lies over others, so that what they
// mean may change with it: an account, what guards an account, the organisation or a creation.
func Overlies(line []byte) bool {
	return bytes.Contains(line, []byte(`"type":"aws_account"`)) || bytes.Contains(line, []byte(`"type":"aws_organizations_`)) ||
		bytes.Contains(line, []byte(`"public_guard":{`)) || bytes.Contains(line, []byte(`"account":{`)) ||
		bytes.Contains(line, []byte(creationType))
}

// Observe takes in one resource as its JSON line.
func (o *Observer) Observe(line []byte) error {
	if !Overlies(line) {
		return nil
	}
	if bytes.Contains(line, []byte(`"type":"aws_account"`)) {
		return o.standing(line)
	}
	if bytes.Contains(line, []byte(creationType)) {
		return o.creators.observe(line)
	}
	if bytes.Contains(line, []byte(`"type":"aws_organizations_`)) {
		if err := o.rails.observe(line); err != nil {
			return err
		}
	}
	var r struct {
		Account string `json:"account"`
		Facets  struct {
			Account *facet.Account     `json:"account"`
			Guard   *facet.PublicGuard `json:"public_guard"`
		} `json:"facets"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	if a := r.Facets.Account; a != nil {
		o.accounts[a.ID] = *a
	}
	if g := r.Facets.Guard; g != nil {
		o.guards[guardKey{r.Account, g.Protects}] = *g
	}
	return nil
}

// Overlay answers, for each resource, what the inventory and the mapping say of it. It
// never changes and may be shared by goroutines; each makes its own Reader.
type Overlay struct {
	mapping  *Mapping
	accounts map[string]facet.Account
	guards   map[guardKey]facet.PublicGuard
	alone    map[string]bool
	contacts map[string][]contact
	rails    guardrails
	creators creators
	now      time.Time
}

// Overlay ends the first pass. The mapping may be nil. Conditions of policies that ask
// for the time are weighed for now.
func (o *Observer) Overlay(mapping *Mapping, now time.Time) *Overlay {
	if mapping == nil {
		mapping = &Mapping{}
	}
	return &Overlay{mapping: mapping, accounts: o.accounts, guards: o.guards, alone: o.alone, contacts: o.contacts, rails: o.rails, creators: o.creators, now: now}
}

// Accounts returns the ids of the organisation's accounts, sorted; none where nobody
// read them.
func (o *Overlay) Accounts() []string { return slices.Sorted(maps.Keys(o.accounts)) }

// AccountsUnread says why it is not known which accounts belong to the organisation of an
// account; nil where they were read, where there is no organisation, and on clouds whose
// sharing does not name accounts.
func (o *Overlay) AccountsUnread(cloud, account string) *estate.Unknown {
	if _, member := o.accounts[account]; member || o.alone[account] || cloud != string(estate.AWS) {
		return nil
	}
	return &estate.Unknown{Path: "aws_organizations_account", Reason: estate.Uncollected, Permission: "organizations:ListAccounts",
		Detail: "which accounts are of the same organisation was not read"}
}

// AccountName returns what the organisation calls an account; empty where that was not
// read.
func (o *Overlay) AccountName(id string) string { return o.accounts[id].Name }

// Reader computes contexts. It reuses memory and belongs to one goroutine.
type Reader struct {
	overlay *Overlay
	parser  fastjson.Parser
}

// NewReader returns a reader over the overlay.
func (o *Overlay) NewReader() *Reader { return &Reader{overlay: o} }

// Context returns what the resource on the JSON line means, or nil when nothing is to
// be said of it.
func (r *Reader) Context(line []byte) (*estate.Context, error) {
	if !bytes.Contains(line, []byte(`"access_policy"`)) && len(r.overlay.mapping.Context) == 0 {
		return nil, nil
	}
	v, err := r.parser.ParseBytes(line)
	if err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	return r.Parsed(v)
}

// Parsed is Context for a line that is parsed. Nothing in the answer shares memory with
// it.
func (r *Reader) Parsed(v *fastjson.Value) (*estate.Context, error) {
	hasPolicy := v.Exists("facets", "access_policy")
	if !hasPolicy && len(r.overlay.mapping.Context) == 0 {
		return nil, nil
	}
	var err error
	c := &estate.Context{}
	if len(r.overlay.mapping.Context) > 0 {
		r.overlay.declare(r.overlay.subject(v), c)
	}
	if hasPolicy {
		if c.Public, err = r.overlay.public(v); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func text(v *fastjson.Value, key string) string { return string(v.GetStringBytes(key)) }
