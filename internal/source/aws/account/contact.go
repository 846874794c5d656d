package account

import (
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// alternateContacts asks for the three kinds one by one: there is no list.
func (r reader) alternateContacts() error {
	var contacts AlternateContacts
	addresses := map[string]bool{}
	contacts.Distinct = true
	for _, kind := range []struct {
		name    types.AlternateContactType
		exists  *bool
		mailbox *string
	}{
		{types.AlternateContactTypeSecurity, &contacts.Security, &contacts.SecurityMailbox},
		{types.AlternateContactTypeBilling, &contacts.Billing, nil},
		{types.AlternateContactTypeOperations, &contacts.Operations, &contacts.OperationsMailbox},
	} {
		out, err := client(r.session).GetAlternateContact(r.ctx, &sdk.GetAlternateContactInput{AlternateContactType: kind.name})
		if err := aws.Absent(err, "ResourceNotFoundException"); err != nil {
			return err
		}
		if err != nil || out.AlternateContact == nil {
			continue
		}
		address := strings.ToLower(strings.TrimSpace(aws.Value(out.AlternateContact.EmailAddress)))
		contacts.Distinct = contacts.Distinct && !addresses[address]
		addresses[address], *kind.exists = true, true
		if kind.mailbox != nil && shared(address) {
			*kind.mailbox = address
		}
	}
	r.into.AlternateContacts = contacts
	return nil
}

// shared reports whether an address in lower case is certainly a team's: every word
// before the @ names a task, and one of them is no mere filler. What may name a person is
// none, so that no person's address is kept.
func shared(address string) bool {
	local, domain, found := strings.Cut(address, "@")
	if !found || domain == "" || strings.ContainsAny(domain, "@ \t\r\n") {
		return false
	}
	words := strings.FieldsFunc(local, func(r rune) bool { return strings.ContainsRune("-_.+", r) })
	tasks := 0
	for _, word := range words {
		switch {
		case slices.Contains(taskWords(), word):
			tasks++
		case !slices.Contains(fillers(), word):
			return false
		}
	}
	return tasks > 0
}

// taskWords are what teams are called after, and no person is.
func taskWords() []string {
	return []string{
		"abuse", "admin", "admins", "aws", "ciso", "cloud", "cloudops", "cloudsec", "cert", "csirt", "data", "devops", "devsecops", "engineering", "finops", "helpdesk",
		"hosting", "incident", "incidents", "info", "infosec", "infra", "infrastructure", "it", "itops", "itsec", "monitoring", "netops", "network", "noc", "oncall",
		"operations", "ops", "platform", "psirt", "sec", "secops", "security", "servicedesk", "soc", "sre", "support", "sysadmin", "sysops", "team", "webmaster",
	}
}

// fillers may stand beside a task and name nobody.
func fillers() []string {
	return []string{
		"account", "accounts", "alert", "alerts", "contact", "desk", "dev", "eng", "global", "group", "notices", "notification", "notifications", "notify", "prod", "production",
		"response", "root", "sandbox", "service", "services", "staging", "test", "the",
	}
}
