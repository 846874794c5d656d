package access

import (
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Escalation returns what answers the questions of escalation rules. It is safe for
// concurrent use.
func (d *Directory) Escalation() *escalate.Decider { return escalate.NewDecider(d, d.reference) }

// Subject implements escalate.Policies.
func (d *Directory) Subject(arn string) (decide.Principal, decide.Layers, bool) {
	p := d.Principal(arn)
	if p == nil {
		return decide.Principal{}, decide.Layers{}, false
	}
	return d.Caller(p), d.Layers(p), true
}

// anyName stands in ARNs for a name that nobody has thought of.
const anyName = "stance-any-name"

// named fills the open places of a pattern; "" for what is no ARN.
func (d *Directory) named(pattern string, p *Principal) string {
	const fields, partition, region, account, name = 6, 1, 3, 4, 5
	parts := strings.SplitN(pattern, ":", fields)
	if len(parts) < fields || parts[0] != "arn" || strings.Contains(pattern, "${") {
		return ""
	}
	own := strings.SplitN(p.ARN, ":", fields)
	fill := func(at int, with string) {
		if policydoc.IsPattern(parts[at]) {
			parts[at] = with
		}
	}
	fill(partition, own[partition])
	fill(region, "us-east-1")
	fill(account, p.Account)
	parts[name] = strings.NewReplacer("*", anyName, "?", "a").Replace(parts[name])
	return strings.Join(parts, ":")
}
