package picture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
)

// cast adds identities to a shelf, all in one account of its organisation.
type cast struct{ shelf }

const stage = "arn:aws:iam::318378904627:"

// put adds an identity with inline statements, each "action resource" or "action resource
// condition-key"; more is further configuration.
func (c cast) put(kind, name, statements, more string) {
	var list []string
	for text := range strings.SplitSeq(statements, ", ") {
		f := append(strings.Fields(text), "", "", "")
		condition := ""
		if f[2] != "" {
			condition = `,"conditions":[{"operator":"StringEquals","key":"` + f[2] + `","values":["x"]}]`
		}
		if text != "" {
			list = append(list, fmt.Sprintf(`{"sid":"","effect":"Allow","actions":[%q],"resources":[%q]%s}`, f[0], stage+f[1], condition))
		}
	}
	inline := `"inline_policies":[{"name":"p","document":{"version":"2012-10-17","id":"","statements":[` + strings.Join(list, ",") + `]}}]`
	c.line(kind, name, inline+more)
}

func (c cast) line(kind, name, config string) {
	scope := estate.Scope{Cloud: estate.AWS, Account: "318378904627", Region: "global", Type: "aws_iam_" + kind}
	c.shelf[scope] = append(c.shelf[scope], fmt.Appendf(nil, `{"id":%q,"type":%q,"cloud":"aws","account":"318378904627","region":"global","name":%q,"config":{"path":"/",%s}}`,
		stage+kind+"/"+name, scope.Type, name, config))
}

// password lets anybody who guesses it be the user.
const password = `,"password":{"enabled":true},"mfa":false`

func bound(policy string) string {
	return `,"permissions_boundary":"` + stage + "policy/" + policy + `"`
}

// trusting lets a user take a role.
func trusting(user string) string {
	return `,"trust":{"version":"2012-10-17","id":"","statements":[{"sid":"","effect":"Allow","principals":[{"kind":"AWS","id":"` + stage + user + `"}],"actions":["sts:AssumeRole"]}]}`
}

// joined is the node of a user who joined a group.
func joined(user, group string) string { return attack.At(user, "with "+stage+"group/"+group) }

func TestWhoChangedItselfLeadsOn(t *testing.T) {
	t.Parallel()
	c := cast{read(t, "testdata/identities.jsonl", nil)}
	c.line("policy", "limit", `"document":{"version":"2012-10-17","id":"","statements":[{"sid":"","effect":"Allow","actions":["iam:AddUserToGroup","iam:DeleteUserPermissionsBoundary"],"resources":["*"]}]}`)
	c.put("user", "victim", "", "")
	c.put("group", "keys", "iam:CreateAccessKey user/victim", "")
	c.put("group", "own", "iam:PutGroupPolicy group/own", "")
	c.put("group", "again", "iam:CreateAccessKey user/victim, iam:PutUserPolicy user/has", "")
	c.put("user", "joins", "iam:AddUserToGroup group/keys, iam:AddUserToGroup group/own", password)
	c.put("user", "joins-bound", "iam:AddUserToGroup group/keys, iam:AddUserToGroup group/own", password+bound("limit"))
	c.put("user", "has", "iam:AddUserToGroup group/again, iam:CreateAccessKey user/victim, iam:PutUserPolicy user/has", password)
	c.put("user", "unbinds", "iam:DeleteUserPermissionsBoundary user/unbinds, iam:PutUserPolicy user/unbinds", password+bound("limit"))
	c.put("user", "stays-bound", "iam:PutUserPolicy user/stays-bound", password+bound("limit"))
	lead(t, drawn(t, c.shelf), []way{
		{"a-group-that-makes-keys", joined("user/joins", "keys"), "user/victim", []string{"escalate"}},
		{"not-before-it-joined", "user/joins", "user/victim", nil},
		{"a-group-that-writes-itself", joined("user/joins", "own"), ":root", []string{"escalate"}},
		{"joining-within-the-boundary", "user/joins-bound", joined("user/joins-bound", "keys"), []string{"escalate"}},
		{"a-group-beyond-the-boundary", joined("user/joins-bound", "keys"), "user/victim", nil},
		{"a-group-that-may-not-write-itself-for-the-boundary", joined("user/joins-bound", "own"), ":root", nil},
		{"what-it-could-before", "user/has", "user/victim", []string{"escalate"}},
		{"what-it-could-before-is-not-told-again", joined("user/has", "again"), "user/victim", nil},
		{"writing-itself-is-not-told-again", joined("user/has", "again"), ":root", nil},
		{"without-its-boundary", attack.At("user/unbinds", "unbound"), ":root", []string{"escalate"}},
		{"with-its-boundary", "user/unbinds", ":root", nil},
		{"who-cannot-remove-its-boundary", attack.At("user/stays-bound", "unbound"), ":root", nil},
	})
}

// way is the kinds of the steps that are wanted between two nodes.
type way struct {
	name, from, to string
	want           []string
}

func lead(t *testing.T, p *picture.Picture, ways []way) {
	t.Helper()
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			if got := steps(p, w.from, w.to); !slices.Equal(got, w.want) {
				t.Errorf("from %s to %s lead %v, want %v", w.from, w.to, got, w.want)
			}
		})
	}
}

// Writing what somebody may do is worth something to who comes to act as that somebody.
func TestWhoDecidesAboutOthersHasToBecomeThem(t *testing.T) {
	t.Parallel()
	c := cast{read(t, "testdata/identities.jsonl", nil)}
	c.line("policy", "limit", `"document":{"version":"2012-10-17","id":"","statements":[{"sid":"","effect":"Allow","actions":["iam:GetUser"],"resources":["*"]}]}`)
	c.line("policy", "shared", `"managed_by_aws":false,"version":"v1","document":{"version":"2012-10-17","id":"","statements":[{"sid":"","effect":"Allow","actions":["iam:GetUser"],"resources":["*"]}]}`)
	c.put("user", "middle", "sts:AssumeRole role/last", "")
	c.put("role", "last", "", trusting("user/middle"))
	c.put("role", "capped", "", trusting("user/middle")+bound("limit"))
	c.put("role", "bearer", "", trusting("user/middle")+`,"attached_policies":["`+stage+`policy/shared"]`)
	c.put("role", "elsewhere", "", trusting("user/nobody"))
	c.put("user", "at-once", "iam:CreateAccessKey user/middle, iam:PutUserPolicy user/middle", password)
	c.put("user", "two-hops", "iam:CreateAccessKey user/middle, iam:PutRolePolicy role/last", password)
	c.put("user", "two-hops-if", "iam:CreateAccessKey user/middle aws:SourceVpc, iam:PutRolePolicy role/last", password)
	c.put("user", "two-hops-capped", "iam:CreateAccessKey user/middle, iam:PutRolePolicy role/capped", password)
	c.put("user", "bearers", "iam:CreateAccessKey user/middle, iam:CreatePolicyVersion policy/shared", password)
	c.put("user", "no-hop", "iam:PutRolePolicy role/last", password)
	c.put("user", "another", "iam:CreateAccessKey user/middle, iam:PutRolePolicy role/elsewhere", password)
	c.put("user", "no-bearers", "iam:CreatePolicyVersion policy/shared", password)
	c.put("group", "keys", "iam:CreateAccessKey user/middle", "")
	c.put("group", "writers", "iam:PutRolePolicy role/last", "")
	c.put("user", "joins", "iam:AddUserToGroup group/keys, iam:PutRolePolicy role/last", password)
	c.put("user", "joins-writers", "iam:AddUserToGroup group/writers, iam:CreateAccessKey user/middle", password)
	c.put("user", "joins-only", "iam:AddUserToGroup group/writers", password)
	lead(t, drawn(t, c.shelf), []way{
		{"at-once", "user/at-once", ":root", []string{"escalate"}},
		{"over-two-hops", "user/two-hops", ":root", []string{"escalate"}},
		{"a-hop-under-a-condition", "user/two-hops-if", ":root", []string{"escalate-conditional"}},
		{"a-role-with-a-boundary", "user/two-hops-capped", ":root", []string{"escalate-conditional"}},
		{"who-has-the-policy-is-reached", "user/bearers", ":root", []string{"escalate"}},
		{"the-role-is-not-reached", "user/no-hop", ":root", nil},
		{"another-role-is-reached", "user/another", ":root", nil},
		{"nobody-with-the-policy-is-reached", "user/no-bearers", ":root", nil},
		{"once-it-joined", "user/joins", ":root", []string{"escalate"}},
		{"writing-once-it-joined", joined("user/joins-writers", "writers"), ":root", []string{"escalate"}},
		{"not-before-it-joined", "user/joins-writers", ":root", nil},
		{"writing-without-becoming", joined("user/joins-only", "writers"), ":root", nil},
	})
}

// What everybody could do holds for who is never reached, over several hops as well.
func TestWhoIsNotReachedCouldDecideAboutOthers(t *testing.T) {
	t.Parallel()
	c := cast{read(t, "testdata/identities.jsonl", nil)}
	c.put("user", "quiet", "iam:CreateAccessKey user/middle, iam:PutRolePolicy role/last", "")
	c.put("user", "middle", "sts:AssumeRole role/last", "")
	c.put("role", "last", "", trusting("user/middle"))
	g, options := gathered(t, c.shelf, picture.Options{})
	p, err := g.Draw(t.Context(), c.shelf, options)
	if err != nil {
		t.Fatal(err)
	}
	onward, left, err := g.Onward(t.Context(), p, options)
	if err != nil || left != 0 {
		t.Fatal(left, err)
	}
	if got := steps(p, "user/quiet", ":root"); got != nil {
		t.Errorf("the picture has %v", got)
	}
	if got := kindsOf(onward, "user/quiet", ":root"); !slices.Equal(got, []string{"escalate"}) {
		t.Errorf("onward lead %v", got)
	}
	if got := kindsOf(onward, "user/middle", ":root"); got != nil {
		t.Errorf("who writes nothing has %v", got)
	}
}
