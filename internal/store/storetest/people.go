package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

func (b *bench) exceptions(state string, now time.Time) []string {
	b.Helper()
	out := []string{}
	for _, e := range pages(b, 1, func(e store.Exception) string { return e.ID }, func(p store.PageRequest) (store.Page[store.Exception], error) {
		return b.Exceptions(b.Context(), state, now, p)
	}) {
		out = append(out, e.ID)
	}
	return out
}

var peopleTests = []test{
	{"ExceptionsByState", func(b *bench) {
		for _, e := range []store.Exception{
			{ID: "long", Subject: "check", Approved: "eve", Expires: at(9)}, {ID: "short", Subject: "check", Approved: "eve", Expires: at(5)},
			{ID: "wait", Subject: "check", Expires: at(9)}, {ID: "over", Subject: "check", Approved: "eve", Expires: at(9), Ended: at(1)},
		} {
			b.must(b.PutException(b.Context(), e))
		}
		equal(b, b.exceptions("", at(2)), []string{"short", "long"})
		equal(b, b.exceptions("active", at(5)), []string{"long"})
		equal(b, b.exceptions("waiting", at(2)), []string{"wait"})
		equal(b, b.exceptions("ended", at(5)), []string{"short", "over"})
		equal(b, len(b.exceptions("all", at(5))), 4)
		_, err := b.Exceptions(b.Context(), "odd", at(1), store.PageRequest{})
		b.refuses(estate.CodeInvalid, err)
		b.refuses(estate.CodeInvalid, b.PutException(b.Context(), store.Exception{ID: "x", Subject: "odd"}))
		_, err = b.Exception(b.Context(), "none")
		b.refuses(estate.CodeNotFound, err)
		e, err := b.Exception(b.Context(), "over")
		b.must(err)
		equal(b, e, store.Exception{ID: "over", Subject: "check", Approved: "eve", Expires: at(9), Ended: at(1)})
	}},
	{"Baselines", func(b *bench) {
		b.must(b.PutBaseline(b.Context(), store.Baseline{ID: "1", Created: at(1)}))
		b.must(b.PutBaseline(b.Context(), store.Baseline{ID: "2", Created: at(2), Moment: at(1)}))
		b.must(b.PutBaseline(b.Context(), store.Baseline{ID: "1", Created: at(1), Name: "golden"}))
		list, err := b.Baselines(b.Context())
		b.must(err)
		equal(b, list, []store.Baseline{{ID: "2", Created: at(2), Moment: at(1)}, {ID: "1", Created: at(1), Name: "golden"}})
	}},
	{"TheAuditLogIsAChain", func(b *bench) {
		for i := range 5 {
			e, err := b.Append(b.Context(), store.Entry{At: at(i).Add(time.Nanosecond), Actor: fmt.Sprintf("user%d", i%2), Action: "exception.create", Subject: "\x00\xff", Detail: json.RawMessage(`{ "b": "<1>", "a": 2 }`)})
			b.must(err)
			if e.Seq != int64(i+1) || e.Hash == "" {
				b.Errorf("the entry is %+v", e)
			}
		}
		broken, err := b.Verify(b.Context())
		b.must(err)
		if broken != nil {
			b.Errorf("%+v does not fit", broken)
		}
		list := pages(b, 1, func(e store.Entry) string { return fmt.Sprint(e.Seq) }, func(p store.PageRequest) (store.Page[store.Entry], error) {
			return b.Entries(b.Context(), "user0", "", p)
		})
		if len(list) != 3 || list[0].Seq != 5 {
			b.Errorf("they are %+v", list)
		}
		page, err := b.Entries(b.Context(), "", "other", store.PageRequest{})
		b.must(err)
		equal(b, len(page.Items), 0)
		b.refuses(estate.CodeInvalid, second(b.Append(b.Context(), store.Entry{})))
	}},
	{"UsersAndCredentials", func(b *bench) {
		u := store.User{ID: "u1", Name: "Eve", Issuer: "https://idp", Subject: "42", Role: "admin", Password: "hash", Accounts: []string{}, Created: at(1)}
		b.must(b.PutUser(b.Context(), u))
		b.must(b.PutUser(b.Context(), store.User{ID: "u0"}))
		got, err := b.UserBySubject(b.Context(), "https://idp", "42")
		b.must(err)
		equal(b, got, u)
		if got.Password != "hash" || got.Owners != nil || got.Accounts == nil {
			b.Errorf("it is %+v", got)
		}
		b.refuses(estate.CodeNotFound, second(b.UserBySubject(b.Context(), "", "")))
		b.refuses(estate.CodeNotFound, second(b.User(b.Context(), "u2")))
		list, err := b.ListUsers(b.Context())
		b.must(err)
		if len(list) != 2 || list[0].ID != "u0" {
			b.Errorf("they are %+v", list)
		}
		c := store.Credential{Hash: "h1", ID: "c1", User: "u1", Kind: "session", Data: json.RawMessage(`{"csrf":1}`), Created: at(1), Expires: at(9)}
		b.must(b.PutCredential(b.Context(), c))
		b.must(b.PutCredential(b.Context(), store.Credential{Hash: "h2", ID: "c2", User: "u1", Kind: "token", Created: at(2), Expires: at(99), Revoked: at(3)}))
		found, err := b.Credential(b.Context(), "h1")
		b.must(err)
		if found.Hash != "h1" || string(found.Data) != `{"csrf":1}` || !found.Expires.Equal(at(9)) {
			b.Errorf("it is %+v", found)
		}
		some, err := b.Credentials(b.Context(), "u1", "token")
		b.must(err)
		if len(some) != 1 || some[0].ID != "c2" {
			b.Errorf("they are %+v", some)
		}
		b.must(b.Expire(b.Context(), at(5)))
		b.refuses(estate.CodeNotFound, second(b.Credential(b.Context(), "h2")))
		b.must(b.Expire(b.Context(), at(10)))
		b.refuses(estate.CodeNotFound, second(b.Credential(b.Context(), "h1")))
	}},
	{"Settings", func(b *bench) {
		v, err := b.Setting(b.Context(), "x")
		b.must(err)
		if v != nil {
			b.Errorf("there is %s", v)
		}
		b.must(b.PutSetting(b.Context(), "x", json.RawMessage(`1`)))
		b.must(b.PutSetting(b.Context(), "x", json.RawMessage(`{"a":"\u0000"}`)))
		v, err = b.Setting(b.Context(), "x")
		b.must(err)
		equal(b, string(v), `{"a":"\u0000"}`)
		b.refuses(estate.CodeInvalid, b.PutSetting(b.Context(), "x", json.RawMessage(`{`)))
		b.must(b.Ping(b.Context()))
	}},
}

func second[T any](_ T, err error) error { return err }
