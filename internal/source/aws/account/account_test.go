package account_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws/account"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
)

func TestTypes(t *testing.T) { awstest.Conformance(t, account.Kinds()) }

func TestAnEmptyAnswerIsUnknown(t *testing.T) {
	t.Parallel()
	awstest.Empty(t, account.Kinds(), "aws_account", "password_policy", "primary_contact", "organization")
}

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

// TestMailboxes reads a contact by each address: a team's is kept, what may be a
// person's is not.
func TestMailboxes(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"Security@Example.com": "security@example.com", "cloud-ops@example.com": "cloud-ops@example.com", "aws.alerts+prod@example.com": "aws.alerts+prod@example.com",
		"ada@example.com": "", "ada.lovelace@example.com": "", "ada-security@example.com": "", "security.ada@example.com": "", "a@b@example.com": "", "security@": "",
		"security": "", "prod@example.com": "", "@example.com": "", "": "", "security@example.com ada@example.com": "", "ops@example.com\\nada": "",
	} {
		archive, err := txtar.ParseFile("testdata/alone.txtar")
		if err != nil {
			t.Fatal(err)
		}
		for i := range archive.Files {
			if f := &archive.Files[i]; f.Name == "GetAlternateContact.json" {
				f.Data = []byte(`{"AlternateContact": {"EmailAddress": "` + address + `", "Name": "Ada Lovelace", "PhoneNumber": "+44 1"}}`)
			}
		}
		line := ""
		err = account.Kinds()[0].Collect(context.Background(), awstest.NewFake(archive).Session(), func(r *estate.Resource) error {
			line = string(r.Config)
			return nil
		})
		var config account.Account
		if err != nil || json.Unmarshal([]byte(line), &config) != nil {
			t.Fatal(err)
		}
		got := config.AlternateContacts
		if !got.Operations || got.OperationsMailbox != want || got.SecurityMailbox != want {
			t.Errorf("%q: %+v", address, got)
		}
		if lower := strings.ToLower(line); strings.Contains(lower, "ada") || strings.Contains(lower, "+44") {
			t.Errorf("%q: a person is kept: %s", address, line)
		}
	}
}
