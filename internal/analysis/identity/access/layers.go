package access

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Layers returns the policies over a principal: its own and its groups', the boundary,
// and the organisation's. What could not be read stands there as unknown.
func (d *Directory) Layers(p *Principal) decide.Layers {
	l := decide.Layers{Identity: d.held(&p.own, "", p.unknown, p.Account)}
	for _, arn := range p.groups {
		g := d.groups[arn]
		if g == nil {
			l.Identity = append(l.Identity, unread(arn, d.missing(p.Account, "aws_iam_group", arn)))
			continue
		}
		l.Identity = append(l.Identity, d.held(&g.grants, g.name, g.unknown, p.Account)...)
	}
	if u := unknownIn(p.unknown, "groups"); u != nil {
		l.Identity = append(l.Identity, unread("groups", u))
	}
	if p.boundary != "" {
		boundary := d.managed(p.boundary, "", p.Account)
		l.Boundary = &boundary
	} else if u := unknownIn(p.unknown, "permissions_boundary"); u != nil {
		boundary := unread("permissions boundary", u)
		l.Boundary = &boundary
	}
	l.SCPs = d.guardrails(p.Account, serviceControl)
	return l
}

// held turns the policies of one identity or group into sources.
func (d *Directory) held(g *grants, through string, unknown []estate.Unknown, account string) []decide.Source {
	list := make([]decide.Source, 0, len(g.Attached)+len(g.Inline))
	for _, arn := range g.Attached {
		list = append(list, d.managed(arn, through, account))
	}
	for _, in := range g.Inline {
		s := decide.Source{Name: in.Name, Through: through, Doc: in.Document}
		if in.Document == nil {
			s.Unknown = malformed("the inline policy " + in.Name)
		}
		list = append(list, s)
	}
	for _, path := range []string{"attached_policies", "inline_policies"} {
		if u := unknownIn(unknown, path); u != nil {
			list = append(list, unread(path, u))
		}
	}
	return list
}

func (d *Directory) managed(arn, through, account string) decide.Source {
	s := decide.Source{Name: arn, Through: through}
	switch m := d.policies[arn]; {
	case m == nil:
		s.Unknown = d.missing(account, "aws_iam_policy", arn)
	case m.document == nil:
		if s.Unknown = m.why; s.Unknown == nil {
			s.Unknown = malformed("the policy " + arn)
		}
	default:
		s.Doc = m.document
	}
	return s
}

// guardrails returns the organisation's policies of a kind over an account, by level;
// nil when there are none to weigh. Do not change the lists.
func (d *Directory) guardrails(account, kind string) [][]decide.Source {
	key := [2]string{account, kind}
	if made, ok := d.fast.rails.Load(key); ok {
		return made.([][]decide.Source) //nolint:forcetypeassert // only such lists are stored
	}
	levels := d.railsOver(account, kind)
	if len(d.tree.path(account)) > 0 {
		d.fast.rails.Store(key, levels)
	}
	return levels
}

func (d *Directory) railsOver(account, kind string) [][]decide.Source {
	if u := d.tree.unknown(account); u != nil {
		return [][]decide.Source{{unread("organisation policies", u)}}
	}
	if !d.tree.kinds[kind] {
		return nil
	}
	var levels [][]decide.Source
	for _, level := range d.tree.levels(account, kind) {
		sources := []decide.Source{}
		for _, g := range level {
			s := decide.Source{Name: g.name, Doc: g.document}
			if g.targets == nil || g.document == nil {
				if s.Doc, s.Unknown = nil, g.why; s.Unknown == nil {
					s.Unknown = malformed("the organisation policy " + g.name)
				}
			}
			sources = append(sources, s)
		}
		if len(sources) == 0 && kind == serviceControl {
			sources = append(sources, unread("organisation policies", d.missingLevel(account)))
		}
		levels = append(levels, sources)
	}
	return levels
}

// missingLevel says why a level without service control policies is not known: AWS lets
// nobody detach the last one ("Attach and detach SCPs", AWS Organizations User Guide).
func (d *Directory) missingLevel(account string) *estate.Unknown {
	return &estate.Unknown{Path: "aws_organizations_policy", Reason: estate.Uncollected, Permission: "organizations:ListTargetsForPolicy",
		Detail: "a level above account " + account + " has no service control policy in the inventory, and AWS always has one there"}
}

// Caller returns a principal as the evaluator sees it.
func (d *Directory) Caller(p *Principal) decide.Principal {
	c := decide.Principal{Kind: decide.User, ARN: p.ARN, Account: p.Account, Tags: tagsOf(p.Tags, p.unknown)}
	if p.Kind == Role {
		c.Kind = decide.Role
		c.ServiceLinked = p.ServiceLinked
		c.ReservedSSO = strings.Contains(p.ARN, ":role/aws-reserved/sso.amazonaws.com/")
	}
	c.OrgID, c.OrgPaths, c.ManagementAccount = d.place(p.Account)
	return c
}

// Target returns a resource as the evaluator sees it, and the organisation's resource
// policies over it. An ARN that is not in the estate is taken for a resource without a
// policy of its own where its service has none, else for one whose policy is unknown.
func (d *Directory) Target(arn string) (decide.Resource, [][]decide.Source) {
	t := decide.Resource{ARN: arn}
	if p := d.principals[arn]; p != nil {
		t.Account, t.Type, t.Tags, t.TagsUnknown = p.Account, "aws_iam_"+string(p.Kind), tagsOf(p.Tags, p.unknown), unknownIn(p.unknown, "tags")
		if p.Kind == Role {
			t.Policy = p.Trust
			if p.Trust == nil {
				t.PolicyUnknown = d.trustUnknown(p)
			}
		}
	} else if r := d.Resource(arn); r != nil {
		t.Account, t.Type, t.Tags, t.TagsUnknown, t.PolicyUnknown = r.Account, r.Type, r.Tags, r.tagsUnknown, r.Unknown
		t.Policy = r.joined
	} else if arn != "*" && hasPolicies(arn) && !strings.Contains(arn, anyName) {
		t.PolicyUnknown = &estate.Unknown{Path: arn, Reason: estate.Uncollected, Detail: "the resource is not in the inventory"}
	}
	account := t.Account
	if account == "" {
		account = accountOf(arn)
	}
	t.OrgID, t.OrgPaths, t.ManagementAccount = d.place(account)
	if account == "" {
		return t, nil
	}
	return t, d.guardrails(account, resourceControl)
}

// place tells where in the organisation an account stands.
func (d *Directory) place(account string) (orgID string, paths []string, management bool) {
	switch s, ok := d.tree.standing[account]; {
	case ok && s.alone:
		return decide.NoOrganization, nil, false
	case d.tree.path(account) == nil:
		return "", nil, false
	}
	return d.tree.id, []string{d.tree.orgPath(account)}, account == d.tree.management
}

// join makes one document of several that hang on one resource. Variables have the
// meaning of the newest version among them.
func join(documents []policydoc.Document) *policydoc.Document {
	switch len(documents) {
	case 0:
		return nil
	case 1:
		return &documents[0]
	}
	all := policydoc.Document{Version: documents[0].Version}
	for i := range documents {
		all.Version = max(all.Version, documents[i].Version)
		all.Statements = append(all.Statements, documents[i].Statements...)
	}
	return &all
}

// missing says why something that is referred to is not known.
func (d *Directory) missing(account, kind, arn string) *estate.Unknown {
	if why := d.lost[lostKey(account, kind)]; len(why) > 0 {
		return &why[0]
	}
	return &estate.Unknown{Path: arn, Reason: estate.Uncollected, Detail: "it is referred to and not in the inventory"}
}

func unread(name string, why *estate.Unknown) decide.Source {
	return decide.Source{Name: name, Unknown: why}
}

func malformed(what string) *estate.Unknown {
	return &estate.Unknown{Path: what, Reason: estate.Malformed, Detail: what + " is not in the form AWS documents"}
}

func unknownIn(list []estate.Unknown, path string) *estate.Unknown {
	for i := range list {
		if list[i].Path == path {
			return &list[i]
		}
	}
	return nil
}

func tagsOf(tags map[string]string, unknown []estate.Unknown) map[string]string {
	switch {
	case tags != nil:
		return tags
	case unknownIn(unknown, "tags") != nil:
		return nil
	default:
		return map[string]string{}
	}
}

func accountOf(arn string) string {
	const account = 4
	parts := strings.SplitN(arn, ":", account+2)
	if len(parts) < account+2 {
		return ""
	}
	return parts[account]
}

// hasPolicies reports whether resources of the ARN's service may have policies of
// their own that Stance reads.
func hasPolicies(arn string) bool {
	const service = 2
	parts := strings.SplitN(arn, ":", service+2)
	if len(parts) < service+2 {
		return false
	}
	switch parts[service] {
	case "s3", "kms", "sns", "sqs", "lambda", "secretsmanager", "ecr", "dynamodb", "kinesis", "kafka", "backup", "es", "elasticfilesystem", "events", "glue", "logs":
		return true
	case "iam":
		return strings.Contains(arn, ":role/")
	default:
		return false
	}
}
