package picture_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/picture"
)

// Estates are the scenes of a file, each bucket, role and user of which stands there some
// times: what identities and stores that are alike share changes nobody's rights.
func TestWhoIsAlikeReadsWhatEachWould(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s := multiplied(read(t, "testdata/identities.jsonl", nil), rand.New(rand.NewPCG(seed, 1)))
			each, classes := readable(drawn(t, s)), readable(drawnBy(t, s, picture.Options{Pairs: 1}))
			for _, pair := range slices.Sorted(maps.Keys(each)) {
				if classes[pair] != each[pair] {
					t.Errorf("%s: %q alone, %q with those alike", pair, each[pair], classes[pair])
				}
			}
			for _, pair := range slices.Sorted(maps.Keys(classes)) {
				if each[pair] == "" {
					t.Errorf("%s: %q only with those alike", pair, classes[pair])
				}
			}
			if len(each) == 0 {
				t.Error("nobody reads anything")
			}
		})
	}
}

// multiplied repeats buckets and identities under other names.
func multiplied(s shelf, random *rand.Rand) shelf {
	many := shelf{}
	for _, scope := range slices.SortedFunc(maps.Keys(s), func(x, y estate.Scope) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) }) {
		for _, line := range s[scope] {
			many[scope] = append(many[scope], line)
			if scope.Type != "aws_s3_bucket" && scope.Type != "aws_iam_role" && scope.Type != "aws_iam_user" {
				continue
			}
			_, rest, _ := strings.Cut(string(line), `"id":"`)
			id, _, _ := strings.Cut(rest, `"`)
			for n := range random.IntN(4) {
				other := strings.ReplaceAll(string(line), id+`"`, fmt.Sprintf(`%s-%d"`, id, n))
				many[scope] = append(many[scope], []byte(strings.ReplaceAll(other, id+"/", fmt.Sprintf("%s-%d/", id, n))))
			}
		}
	}
	holders(many, random)
	return many
}

// holders adds policies that let whoever holds them read some buckets, and users who hold
// some of them.
func holders(s shelf, random *rand.Rand) {
	const account, policies, users = "751220721598", 4, 12
	resources := []string{"*", "arn:aws:s3:::*", "arn:aws:s3:::jb-b*", "arn:aws:s3:::jb-k-ok*/*", "arn:aws:s3:::jb-vend/*", "arn:aws:s3:::jb-*-1/*"}
	add := func(kind, id, name, config string) {
		scope := estate.Scope{Cloud: estate.AWS, Account: account, Region: "global", Type: kind}
		s[scope] = append(s[scope], fmt.Appendf(nil, `{"id":%q,"type":%q,"cloud":"aws","account":%q,"region":"global","name":%q,"config":%s}`, id, kind, account, name, config))
	}
	policy := func(n int) string { return fmt.Sprintf("arn:aws:iam::%s:policy/some-%d", account, n) }
	for n := range policies {
		effect := []string{"Allow", "Allow", "Allow", "Deny"}[random.IntN(4)]
		add("aws_iam_policy", policy(n), fmt.Sprint("some-", n), fmt.Sprintf(
			`{"document":{"version":"2012-10-17","statements":[{"effect":%q,"actions":["s3:Get*"],"resources":[%q]},{"effect":"Allow","actions":["kms:Decrypt"],"resources":["*"]}]}}`,
			effect, resources[random.IntN(len(resources))]))
	}
	for n := range users {
		name := fmt.Sprint("holder-", n)
		add("aws_iam_user", "arn:aws:iam::"+account+":user/"+name, name, fmt.Sprintf(
			`{"groups":[],"attached_policies":[%q,%q],"inline_policies":[],"password":{"enabled":true},"mfa":false,"access_keys":[]}`, policy(random.IntN(policies)), policy(random.IntN(policies))))
	}
}

// readable tells of each identity and each store that it reads by which kind of step, over
// nodes that stand for several.
func readable(p *picture.Picture) map[string]string {
	ways := map[string]map[string]string{} // from, to, kind
	for s := range p.Model.Steps() {
		if !strings.HasPrefix(s.Kind, "reads-data") {
			continue
		}
		if ways[s.From] == nil {
			ways[s.From] = map[string]string{}
		}
		if best := ways[s.From][s.To]; best == "" || s.Kind < best {
			ways[s.From][s.To] = s.Kind
		}
	}
	found := map[string]string{}
	var walk func(from, at, kind string)
	walk = func(from, at, kind string) {
		for to, next := range ways[at] {
			by := max(kind, next)
			if ways[to] != nil {
				walk(from, to, by)
			} else if best := found[from+" "+to]; best == "" || by < best {
				found[from+" "+to] = by
			}
		}
	}
	for _, who := range p.Directory.Principals() {
		walk(who.ARN, who.ARN, "")
	}
	return found
}
