package access_test

import (
	"os"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
)

// TestWhatAGroupGivesLeadsOn asks what a user can make of itself before and after it joined
// a group, and after it got rid of its boundary.
func TestWhatAGroupGivesLeadsOn(t *testing.T) {
	t.Parallel()
	const group, bob = "arn:aws:iam::111111111111:group/ops", "arn:aws:iam::111111111111:user/bob"
	rules, err := escalate.Load(os.DirFS("../../../../paths"), ".")
	if err != nil {
		t.Fatal(err)
	}
	limit := line("aws_iam_policy", "arn:aws:iam::111111111111:policy/limit", `{"document":`+allow("iam:AddUserToGroup")+`}`)
	for name, c := range map[string]struct {
		gives, boundary string
		change          func(d *access.Directory, p *access.Principal) *access.Principal
		before, after   []string
	}{
		"a-group-that-makes-keys":     {gives: "iam:CreateAccessKey", after: []string{"aws-iam-create-access-key " + bob}},
		"a-group-that-writes-itself":  {gives: "iam:PutGroupPolicy", after: []string{"aws-iam-put-group-policy " + group + " self"}},
		"a-group-that-reads":          {gives: "s3:GetObject"},
		"a-group-beyond-the-boundary": {gives: "iam:CreateAccessKey", boundary: `,"permissions_boundary":"arn:aws:iam::111111111111:policy/limit"`},
		"without-its-boundary": {gives: "s3:GetObject", boundary: `,"permissions_boundary":"arn:aws:iam::111111111111:policy/limit"`, change: (*access.Directory).Unbound,
			after: []string{"aws-iam-put-user-policy " + ann + " self"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := access.NewBuilder()
			own := inline("iam:AddUserToGroup")
			if c.change != nil {
				own = `"inline_policies":[{"name":"own","document":{"version":"2012-10-17","statements":[{"effect":"Allow","actions":["iam:PutUserPolicy"],"resources":["` + ann + `"]}]}}]`
			}
			add(t, b, alone(), limit, line("aws_iam_user", ann, `{`+own+c.boundary+`}`), line("aws_iam_user", bob, `{}`), line("aws_iam_group", group, `{`+inline(c.gives)+`}`))
			d := b.Directory()
			engine := escalate.New(rules, &escalate.Estate{Nodes: d.Nodes(func(*access.Principal) bool { return false }, nil)}, d.Escalation())
			p := d.Principal(ann)
			if got := told(engine.From(ann)); !slices.Equal(got, c.before) {
				t.Errorf("before: %q, want %q", got, c.before)
			}
			as := d.Joined(p, group)
			if c.change != nil {
				as = c.change(d, p)
			}
			d.Prepare(as)
			if got := told(engine.FromChanged(ann, d.Applied(as), d.EscalationAs(as))); !slices.Equal(got, c.after) {
				t.Errorf("after: %q, want %q", got, c.after)
			}
			d.Forget(as)
			if got := told(engine.From(ann)); !slices.Equal(got, c.before) {
				t.Errorf("the directory was changed: %q, want %q", got, c.before)
			}
		})
	}
}

// told are the sure ways but that into the group, in words.
func told(edges []escalate.Edge) []string {
	var list []string
	for _, e := range edges {
		if e.Yields == escalate.Join || e.Verdict != escalate.Yes {
			continue
		}
		text := e.Rule + " " + e.To
		if e.Self {
			text += " self"
		}
		list = append(list, text)
	}
	return list
}
