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
	return many
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
