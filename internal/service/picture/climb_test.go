package picture_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/attack"
	"github.com/stance-sec/stance/internal/estate"
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
	p := drawn(t, c.shelf)
	for _, c := range []struct {
		name, from, to string
		want           []string
	}{
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
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := steps(p, c.from, c.to); !slices.Equal(got, c.want) {
				t.Errorf("from %s to %s lead %v, want %v", c.from, c.to, got, c.want)
			}
		})
	}
}
