package identity

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// ExternalAccounts returns the accounts other than self that allow statements let
// in, sorted: those of the AWS principals, and, where a statement names everyone,
// those its conditions on aws:PrincipalAccount, aws:PrincipalArn and
// kms:CallerAccount narrow it to. Self is twelve digits; when it is empty no account
// is left out. Denies are not weighed. Principals without an account in their name
// (canonical users, unique ids, services, everyone) add nothing.
func ExternalAccounts(doc *policydoc.Document, self string) []string {
	if doc == nil {
		return nil
	}
	var list []string
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if !s.Allows() {
			continue
		}
		for _, p := range s.Principals {
			list = append(list, p.Account())
		}
		if everyone(s) != estate.No {
			list = append(list, narrowedTo(s)...)
		}
	}
	var others []string
	for _, account := range sorted(list) {
		if account != "" && account != self {
			others = append(others, account)
		}
	}
	return others
}

// narrowedTo returns the accounts that a statement's conditions ask for.
func narrowedTo(s *policydoc.Statement) []string {
	var list []string
	for _, c := range s.Conditions {
		op, known := policydoc.ParseOperator(c.Operator)
		if !known || op.Negated || op.Base == "Null" {
			continue
		}
		for _, value := range c.Values {
			switch strings.ToLower(c.Key) {
			case "aws:principalaccount", "kms:calleraccount":
				value = "arn:aws:iam::" + value + ":root"
			case "aws:principalarn":
			default:
				continue
			}
			list = append(list, policydoc.Principal{Kind: "AWS", ID: value}.Account())
		}
	}
	return list
}
