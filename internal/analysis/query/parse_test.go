package query_test

import (
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/query"
)

func vocabulary() query.Vocabulary {
	return query.Vocabulary{
		Types: []string{"aws_instance", "aws_iam_role", "aws_s3_bucket", "aws_db_instance"},
		Kinds: []string{"runs-as", "member-of", "assume-role", "assume-role-conditional", "reads-data", "internet-exposed"},
	}
}

func TestParseTakes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		`internet -> * -> datastore where data.class == restricted`,
		`internet->*->datastore`,
		`any`,
		`aws_db_*|bucket b where b.tag["team"] != "" limit 5`,
		`role a <-assume-role*|runs-as- any b where a.account != b.account`,
		`role <- any -runs-as-> role`,
		"internet # where it starts\n -> *2..4 -> bucket",
		`instance -*-> *..3 -*-> any`,
		`instance -> *2 -> any`,
		`"arn:aws:iam::1:role/*" -> * -> account`,
		`user where not (public == yes or keys in (1, 2)) and name like "a*" limit 10000`,
		`user where name == "a \"quoted\" \\ word"`,
	} {
		if _, err := query.Parse(text, vocabulary(), nil); err != nil {
			t.Errorf("%s\n%v", text, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		``:                                         `1:1: the query ends where a node should stand`,
		`internet ->`:                              `1:12: the query ends where a node should stand`,
		`internet -> instence`:                     `1:13: there is no node "instence"; is "instance" meant?`,
		"internet\n-> ä":                           `2:4: 'ä' means nothing here`,
		`"ä" -> zebra`:                             `1:8: there is no node "zebra"`,
		`internet -runs-ass-> role`:                `1:11: there is no kind of step or relation "runs-ass"; is "runs-as" meant?`,
		`internet -runs-as-> * -> role`:            `1:10: the arrows before and after * are not the same`,
		`internet -> * <- role`:                    `1:10: the arrows before and after * are not the same`,
		`internet -> *3..2 -> role`:                `1:15: from 3 to 2 hops is none`,
		`internet -> *0 -> role`:                   `1:14: "0" stands where a number of hops from 1 to 20 should`,
		`internet -> *1..99 -> role`:               `1:17: "99" stands where a number of hops from 1 to 20 should`,
		`internet -> * role`:                       `1:15: "role" stands where an arrow should`,
		`* -> role`:                                `1:1: * stands between two arrows; one node of any kind is any`,
		`role where`:                               `1:11: the query ends where an attribute should stand`,
		`role where nam == x`:                      `1:12: there is no attribute "nam"; is "name" meant?`,
		`role where data.size == 1`:                `1:12: there is no attribute "data.size"; there are`,
		`role where name = x`:                      `1:17: to compare is written ==`,
		`role where name in x`:                     `1:20: "x" stands where ( should`,
		`role where name in (x`:                    `1:22: the query ends where , or ) should stand`,
		`role where (name == x`:                    `1:22: the query ends where and, or or ) should stand`,
		`role where tag == x`:                      `1:16: "==" stands where ["KEY"] should`,
		`role where name == "x`:                    `1:20: the text has no closing quote`,
		`role where name == "\x"`:                  `1:21: in a text, \ stands before " or \ only`,
		`role limit 0`:                             `1:12: "0" stands where a number from 1 to 10000 should`,
		`role limit 5 where name == x`:             `1:14: "where" stands where an arrow, where, limit or the end should`,
		`role a -> role a`:                         `1:16: two nodes are named "a"`,
		`role public`:                              `1:6: "public" cannot name a node`,
		`role where name == $who`:                  `1:20: $who has no value; give one with --param who=VALUE`,
		`""`:                                       `1:1: an empty text names nothing`,
		`role` + strings.Repeat(` -> role`, 8):     `a path names at most 8 nodes`,
		`role where ` + strings.Repeat(`not `, 99): `conditions stand in one another at most 32 deep`,
		`role where ` + strings.Repeat(`(`, 99):    `conditions stand in one another at most 32 deep`,
		`role where name == a` + strings.Repeat(` or name == a`, 99): `a query has at most 64 comparisons`,
		`role where name in (a` + strings.Repeat(`,a`, 99) + `)`:     `a query has at most 64 comparisons`,
		strings.Repeat(`#`, 9000):                                    `at most 8192 are read`,
	} {
		_, err := query.Parse(text, vocabulary(), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.80s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func TestParamsAreNeverParsed(t *testing.T) {
	t.Parallel()
	const text = `role where name == $who and tag[$key] == x`
	q, err := query.Parse(text, vocabulary(), map[string]string{"who": `" or name like "*`, "key": `"]`})
	if err != nil || q.Text() != text {
		t.Fatal(q, err)
	}
	if got := query.Params(text); len(got) != 2 || got[0] != "who" || got[1] != "key" {
		t.Error(got)
	}
	if _, err := query.Parse(`role`, vocabulary(), map[string]string{"who": "x"}); err == nil || !strings.Contains(err.Error(), "the query has no $who") {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`internet -> * -> datastore where data.class == restricted`, `role a <-assume-role*|runs-as- any b where a.account != b.account limit 3`,
		`"x" -*-> *1..3 -*-> any where not (tag["a"] in ($p, b) or name like "*x*")`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := query.Parse(text, vocabulary(), map[string]string{"p": "v"})
		if err != nil {
			return
		}
		if _, err := world().graph(t).Ask(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	})
}
