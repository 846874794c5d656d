package account_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, account.Kinds()) }

// TestAlone reads an account that never set anything: absence is told from what
// could not be read.
func TestAlone(t *testing.T) {
	t.Parallel()
	archive, err := txtar.ParseFile("testdata/alone.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var got *estate.Resource
	err = account.Kinds()[0].Collect(context.Background(), awstest.NewFake(archive).Session(), func(r *estate.Resource) error {
		got = r
		return nil
	})
	if err != nil || got == nil {
		t.Fatalf("read %v: %v", got, err)
	}
	var config account.Account
	if err := json.Unmarshal(got.Config, &config); err != nil {
		t.Fatal(err)
	}
	want := account.Account{
		PasswordPolicy:    account.PasswordPolicy{MinimumLength: 8},
		AlternateContacts: account.AlternateContacts{Distinct: true},
	}
	if diff := cmp.Diff(want, config); diff != "" {
		t.Errorf("account differs (-want +got):\n%s", diff)
	}
	var unknown []string
	for _, u := range got.Unknown {
		unknown = append(unknown, u.Path)
	}
	if diff := cmp.Diff([]string{"root.password", "root.usage"}, unknown); diff != "" {
		t.Errorf("unknown differs (-want +got):\n%s", diff)
	}
}
