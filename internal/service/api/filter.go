package api

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// Where are the filters that most lists share. Each may be given several times.
type Where struct {
	Clouds       []string `query:"cloud,explode" maxItems:"50" maxLength:"40"`
	Accounts     []string `query:"account,explode" maxItems:"200" maxLength:"200"`
	Regions      []string `query:"region,explode" maxItems:"200" maxLength:"100"`
	Types        []string `query:"type,explode" maxItems:"200" maxLength:"200"`
	Owners       []string `query:"owner,explode" maxItems:"200" maxLength:"300"`
	Environments []string `query:"environment,explode" maxItems:"50" maxLength:"100"`
	Text         string   `query:"text" maxLength:"300" doc:"part of a name or id, in any case"`
}

// severities returns the texts, which the schema has checked, as severities.
func severities(texts []string) []estate.Severity {
	var list []estate.Severity
	for _, t := range texts {
		list = append(list, estate.Severity(t))
	}
	return list
}

// sees reports whether a caller may see everything of an account.
func sees(caller auth.Caller, account string) bool {
	return caller.See.OnlyOwners == nil && (caller.See.OnlyAccounts == nil || contains(caller.See.OnlyAccounts, account))
}

// everything refuses callers with limits: what is asked for cannot be told apart by them.
func everything(caller auth.Caller, op string) error {
	if caller.See.Everything() {
		return nil
	}
	return estate.Errorf(estate.CodeDenied, op, "it concerns everything, and you see a part")
}

func contains(list []string, text string) bool {
	for _, t := range list {
		if t == text {
			return true
		}
	}
	return false
}

// within reports whether all accounts are visible. None is everything.
func within(see store.Visible, accounts []string) bool {
	if see.OnlyAccounts == nil {
		return true
	}
	for _, a := range accounts {
		if !contains(see.OnlyAccounts, a) {
			return false
		}
	}
	return len(accounts) > 0
}

// Moment asks for another moment than now.
type Moment struct {
	At time.Time `query:"at" doc:"as things were at this moment"`
}
