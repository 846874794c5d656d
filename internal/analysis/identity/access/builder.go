package access

import (
	"bytes"
	"encoding/json"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Builder gathers what decides about access, resource by resource. Its memory follows
// the identities and the resources with policies, not the estate. It is not safe for
// concurrent use.
type Builder struct {
	principals map[string]*Principal
	groups     map[string]*group
	policies   map[string]*managed
	resources  map[string]*Resource
	accounts   map[string]accountConfig
	guardrails []guardrail
	orgID      string
	management string
	kinds      map[string]bool // of organisation policies that are switched on
	orgRead    bool
	standing   map[string]standing
	lost       map[string][]estate.Unknown
	guards     map[string]guard
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder {
	return &Builder{
		principals: map[string]*Principal{}, groups: map[string]*group{}, policies: map[string]*managed{}, resources: map[string]*Resource{},
		accounts: map[string]accountConfig{}, kinds: map[string]bool{}, standing: map[string]standing{}, lost: map[string][]estate.Unknown{}, guards: map[string]guard{},
	}
}

// group is what a user has from being in a group.
type group struct {
	name    string
	grants  grants
	unknown []estate.Unknown
}

// managed is a policy that many identities may hold.
type managed struct {
	name     string
	document *policydoc.Document
	why      *estate.Unknown
}

// standing is what an account says of its organisation.
type standing struct {
	alone bool
	why   *estate.Unknown
}

// guardrail is a policy of the organisation with the ids of what it is attached to.
type guardrail struct {
	name, kind string
	document   *policydoc.Document
	targets    map[string]bool
	why        *estate.Unknown
}

// Add takes in one resource as its JSON line. Types that decide nothing are ignored.
// A line that is no resource is estate.CodeInvalid.
func (b *Builder) Add(kind string, line []byte) error {
	switch kind {
	case "aws_iam_user":
		return take(line, b.user)
	case "aws_iam_role":
		return take(line, b.role)
	case "aws_iam_group":
		return take(line, func(r *record[grants]) {
			b.groups[r.ID] = &group{name: r.Name, grants: r.Config, unknown: r.Unknown}
		})
	case "aws_iam_policy":
		return take(line, func(r *record[policyConfig]) {
			b.policies[r.ID] = &managed{name: r.Name, document: r.Config.Document, why: r.unknownAt("document")}
		})
	case "aws_organizations_organization":
		return take(line, b.organization)
	case "aws_organizations_account":
		return take(line, func(r *record[accountConfig]) { b.accounts[r.Config.AccountID] = r.Config })
	case "aws_account":
		return take(line, b.account)
	case "aws_organizations_policy":
		return take(line, b.guardrail)
	case guardType:
		return b.publicGuard(line)
	}
	if bytes.Contains(line, []byte(`"access_policy":`)) {
		return b.resource(line)
	}
	return nil
}

// Lost takes in a line of the ledger: what a scope that was not read leaves open.
func (b *Builder) Lost(c estate.Coverage) {
	if c.Complete() || c.Reason == estate.NotEnabled {
		return
	}
	u := estate.Unknown{Path: c.Type, Reason: c.Reason, Detail: c.Detail}
	if len(c.Permissions) > 0 {
		u.Permission = c.Permissions[0]
	}
	key := lostKey(c.Account, c.Type)
	b.lost[key] = append(b.lost[key], u)
}

func lostKey(account, kind string) string { return account + "/" + kind }

func take[T any](line []byte, with func(*record[T])) error {
	var r record[T]
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	with(&r)
	return nil
}

func (b *Builder) user(r *record[userConfig]) {
	p := principalOf(r, User)
	p.own, p.groups, p.boundary = r.Config.grants, r.Config.Groups, r.Config.Boundary
	p.MFA, p.Console = estate.TriOf(r.Config.MFA), estate.TriOf(r.Config.Password.Enabled)
	if r.unknownAt("mfa") != nil {
		p.MFA, p.Console = estate.Maybe, estate.Maybe
	}
	p.LastUsed = r.Config.Password.LastUsed
	for _, k := range r.Config.Keys {
		if k.Active {
			p.Keys++
		}
		if k.LastUsed != nil && (p.LastUsed == nil || k.LastUsed.After(*p.LastUsed)) {
			p.LastUsed = k.LastUsed
		}
	}
	b.principals[p.ARN] = p
}

func (b *Builder) role(r *record[roleConfig]) {
	p := principalOf(r, Role)
	p.own, p.boundary, p.Trust, p.ServiceLinked, p.LastUsed = r.Config.grants, r.Config.Boundary, r.Config.Trust, r.Config.ServiceLinked, r.Config.LastUsed
	b.principals[p.ARN] = p
}

func principalOf[T any](r *record[T], kind Kind) *Principal {
	return &Principal{ARN: r.ID, Kind: kind, Account: r.Account, Name: r.Name, Tags: r.Tags, Created: r.Created, unknown: r.Unknown}
}

func (b *Builder) organization(r *record[organizationConfig]) {
	b.orgRead, b.orgID = true, r.Name
	if r.Config.ManagementAccount != "" {
		b.management = r.Config.ManagementAccount
	}
	if u := r.unknownAt("policy_types"); u != nil {
		key := lostKey(r.Account, "aws_organizations_policy")
		b.lost[key] = append(b.lost[key], *u)
	}
	for _, k := range r.Config.PolicyTypes {
		b.kinds[k] = true
	}
}

func (b *Builder) account(r *record[belongsConfig]) {
	switch u := r.unknownAt("organization"); {
	case u != nil:
		b.standing[r.Account] = standing{why: u}
	case r.Config.Organization == nil:
		b.standing[r.Account] = standing{alone: true}
	default:
		b.standing[r.Account] = standing{}
		if b.management == "" {
			b.management = r.Config.Organization.ManagementAccount
		}
	}
}

func (b *Builder) guardrail(r *record[organizationPolicyConfig]) {
	g := guardrail{name: r.Name, kind: r.Config.Kind, document: r.Config.Document, targets: map[string]bool{}, why: r.unknownAt("document")}
	for _, t := range r.Config.Targets {
		g.targets[t.TargetID] = true
	}
	if u := r.unknownAt("targets"); u != nil {
		g.why, g.targets = u, nil
	}
	b.guardrails = append(b.guardrails, g)
}

func (b *Builder) resource(line []byte) error {
	var r struct {
		record[struct{}]
		Facets struct {
			Policy facet.AccessPolicy `json:"access_policy"`
		} `json:"facets"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	made := &Resource{
		ARN: r.ID, Type: r.Type, Account: r.Account, Region: r.Region, Name: r.Name, Tags: r.Tags,
		Documents: r.Facets.Policy.Documents, PolicyBlocked: r.Facets.Policy.PolicyBlocked, ListBlocked: r.Facets.Policy.ListBlocked,
		Grants: r.Facets.Policy.Grants, Unknown: r.unknownAt("facets.access_policy.documents"), tagsUnknown: r.unknownAt("tags"),
	}
	b.resources[r.ID] = made
	if r.Type == keyType {
		return made.grants(line)
	}
	return nil
}

func (b *Builder) publicGuard(line []byte) error {
	var r struct {
		record[struct{}]
		Facets struct {
			Guard facet.PublicGuard `json:"public_guard"`
		} `json:"facets"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	g := guard{r.Facets.Guard, r.unknownAt("block")}
	if g.Protects != bucketType {
		g.BlocksPolicies, g.IgnoresLists = estate.Maybe, estate.Maybe
	}
	b.guards[r.Account] = g
	return nil
}
