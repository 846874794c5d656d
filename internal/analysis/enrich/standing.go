package enrich

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
)

// contact is whom an account names for a purpose.
type contact struct {
	purpose string
	// mailbox is a team's address; empty where the address may be a person's.
	mailbox string
}

// value is whom to ask, given what the account is called.
func (c contact) value(account string) string {
	return cmp.Or(c.mailbox, "the "+c.purpose+" contact of account "+account)
}

// standing notes whether an AWS account is in no organisation, and whom it names beside
// its owner, those for operations first.
func (o *Observer) standing(line []byte) error {
	var r struct {
		Account string `json:"account"`
		Config  struct {
			Organization json.RawMessage `json:"organization"`
			Contacts     struct {
				Operations        bool   `json:"operations"`
				OperationsMailbox string `json:"operations_mailbox"`
				Security          bool   `json:"security"`
				SecurityMailbox   string `json:"security_mailbox"`
			} `json:"alternate_contacts"`
		} `json:"config"`
		Unknown []estate.Unknown `json:"unknown"`
	}
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	unread := slices.ContainsFunc(r.Unknown, func(u estate.Unknown) bool { return u.Path == "organization" })
	o.alone[r.Account] = len(r.Config.Organization) == 0 && !unread
	var list []contact
	if r.Config.Contacts.Operations {
		list = append(list, contact{"operations", r.Config.Contacts.OperationsMailbox})
	}
	if r.Config.Contacts.Security {
		list = append(list, contact{"security", r.Config.Contacts.SecurityMailbox})
	}
	if len(list) > 0 {
		o.contacts[r.Account] = list
	}
	return nil
}
