package output

import "github.com/stance-sec/stance/internal/estate"

// Account is the name that people know an account by.
type Account struct {
	Cloud estate.Cloud `json:"cloud"`
	// ID is the account, subscription or project as resources name it.
	ID string `json:"id"`
	// Name is what its organisation calls it: text that its owner chose.
	Name string `json:"name"`
}

// Names are the names of accounts by AccountKey. A nil Names knows none.
type Names map[string]string

// AccountKey returns cloud/account, which is one account over all clouds.
func AccountKey(cloud estate.Cloud, account string) string { return string(cloud) + "/" + account }

// AccountNames returns the names of the run's accounts.
func (r *Run) AccountNames() Names {
	names := make(Names, len(r.Accounts))
	for _, a := range r.Accounts {
		if a.Name != "" && a.Name != a.ID {
			names[AccountKey(a.Cloud, a.ID)] = a.Name
		}
	}
	return names
}

// Name returns the name of an account; empty when none is known.
func (n Names) Name(cloud estate.Cloud, account string) string { return n[AccountKey(cloud, account)] }

// Label returns the account for people, as "production (123456789012)": its name never
// stands alone, since owners choose it. Without a name it is the account.
func (n Names) Label(cloud estate.Cloud, account string) string {
	if name := n.Name(cloud, account); name != "" {
		return name + " (" + account + ")"
	}
	return account
}

// LabelOf is Label for an AccountKey.
func (n Names) LabelOf(key string) string {
	for i := range len(key) {
		if key[i] == '/' {
			return n.Label(estate.Cloud(key[:i]), key[i+1:])
		}
	}
	return key
}

// Resource returns the name of a resource for people: its id when it has none, and the
// label of the account when it is named like its account.
func (n Names) Resource(r estate.Ref) string {
	switch r.Name {
	case "":
		return r.ID
	case r.Account:
		return n.Label(r.Cloud, r.Account)
	default:
		return r.Name
	}
}
