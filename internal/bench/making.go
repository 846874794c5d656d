package bench

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// odds is true in so many of a hundred cases.
func (p *place) odds(percent int) bool { return p.IntN(100) < percent }

// hex returns random text of n bytes, written as 2n characters.
func (p *place) hex(n int) string {
	const digits = "0123456789abcdef"
	text := make([]byte, 2*n)
	for i := range text {
		text[i] = digits[p.IntN(16)]
	}
	return string(text)
}

// past returns a moment in the last days.
func (p *place) past(days int) *time.Time {
	at := Now().Add(-time.Duration(p.IntN(days*24*60)) * time.Minute)
	return &at
}

func pick[T any](p *place, from ...T) T { return from[p.IntN(len(from))] }

// arn returns an ARN in the place; global services have no region in it.
func (p *place) arn(service, resource string) string {
	region := p.region
	if region == "global" {
		region = ""
	}
	return "arn:aws:" + service + ":" + region + ":" + p.account + ":" + resource
}

// ids returns ids with a prefix, as many as asked.
func (p *place) ids(prefix string, count int) []string {
	list := make([]string, count)
	for i := range list {
		list[i] = prefix + p.hex(9)[1:]
	}
	return list
}

// id is the id of the n-th resource of a type in the place, the same wherever it is named.
func (p *place) id(prefix, kind string, n int) string {
	return fmt.Sprintf("%s%017x", prefix, p.estate.hash(p.account, p.region, kind, strconv.Itoa(n)))
}

// some returns the number of one of the resources of a type in the place; 0 where there are none.
func (p *place) some(kind string) int {
	return p.IntN(max(1, p.estate.count(p.number, p.region, kind)))
}

// resource returns a resource with its config and facets.
func (p *place) resource(id, name string, config any, facets ...facet.Facet) *estate.Resource {
	r := &estate.Resource{ID: id, Name: name, Config: raw(config), Facets: map[string]json.RawMessage{}}
	for _, f := range facets {
		r.Facets[f.FacetName()] = raw(f)
	}
	return r
}

func raw(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // a struct of ours
	}
	return data
}

// unread makes paths unknown, as a denied call does.
func unread(r *estate.Resource, permission string, paths ...string) {
	for _, path := range paths {
		r.Unknown = append(r.Unknown, estate.Unknown{Path: path, Reason: estate.Denied, Permission: permission, Detail: "AccessDenied"})
	}
}

// policy returns a resource policy of a few statements. One in fifty is open to
// everyone, half of those under a condition.
func (p *place) policy(service, resource string) *policydoc.Document {
	d := &policydoc.Document{Version: "2012-10-17", ID: "policy-" + p.hex(4), Statements: []policydoc.Statement{{
		SID: "owner", Effect: "Allow", Principals: []policydoc.Principal{{Kind: "AWS", ID: "arn:aws:iam::" + p.account + ":root"}},
		Actions: []string{service + ":*"}, Resources: []string{resource},
	}, {
		SID: "tls", Effect: "Deny", Principals: []policydoc.Principal{{Kind: "*", ID: "*"}}, Actions: []string{service + ":*"}, Resources: []string{resource, resource + "/*"},
		Conditions: []policydoc.Condition{{Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"false"}}},
	}}}
	if p.odds(2) {
		open := policydoc.Statement{
			SID: "open", Effect: "Allow", Principals: []policydoc.Principal{{Kind: "*", ID: "*"}},
			Actions: []string{service + ":Get*"}, Resources: []string{resource + "/*"},
		}
		if p.odds(50) {
			open.Conditions = []policydoc.Condition{{Operator: "StringEquals", Key: "aws:PrincipalOrgID", Values: []string{"o-a1b2c3d4e5"}}}
		}
		d.Statements = append(d.Statements, open)
	}
	return d
}

// access is the neutral view of a policy.
func access(d *policydoc.Document, listBlocked estate.Tri) facet.AccessPolicy {
	f := facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: estate.No, ListBlocked: listBlocked, Enforced: estate.No}
	if d != nil {
		f.Documents = append(f.Documents, *d)
	}
	return f
}

// rules are those of a firewall: mostly private ranges, some ports open to all.
func (p *place) rules(count int) []facet.Rule {
	list := make([]facet.Rule, count)
	for i := range list {
		port := pick(p, 22, 80, 443, 443, 3306, 3389, 5432, 6379, 8080)
		cidr := fmt.Sprintf("10.%d.%d.0/24", p.IntN(256), p.IntN(256))
		if p.odds(8) {
			cidr = "0.0.0.0/0"
		}
		list[i] = facet.Rule{Action: "allow", Protocol: "tcp", FromPort: port, ToPort: port, CIDRs: []string{cidr}, Groups: p.firewalls(p.IntN(2)), Description: "rule " + strings.Repeat("x", p.IntN(20))}
	}
	return list
}
