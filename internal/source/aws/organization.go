package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/collect"
)

// Member is an account of an organisation.
type Member struct {
	ID, Name string
	// Active is false for accounts that are suspended or closing.
	Active bool
	// Management is whether it is the account that runs the organisation.
	Management bool
}

// Members returns the accounts of the caller's organisation, sorted by id. It takes
// the management account or a delegated administrator.
func (c *Connector) Members(ctx context.Context) ([]Member, error) {
	cfg := c.config.Copy()
	cfg.Region = homeRegions[c.Partition]
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(cfg), &organizations.ListAccountsInput{})
	var members []Member
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			p := Explain(err)
			return nil, estate.Errorf(p.Code, "list the accounts of the organisation", "%s", p.Detail).
				WithHint("run from the management account or a delegated administrator with organizations:ListAccounts, or name accounts with --accounts")
		}
		for _, a := range page.Accounts {
			id := aws.ToString(a.Id)
			members = append(members, Member{
				ID: id, Name: aws.ToString(a.Name), Active: a.Status == types.AccountStatusActive,
				Management: strings.Contains(aws.ToString(a.Arn), "::"+id+":"), // arn:aws:organizations::MANAGEMENT:account/ORGANISATION/ID
			})
		}
	}
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	c.members.Store(&members)
	return members, nil
}

// told reports whether the account may be asked about the organisation: any account may
// as long as nobody listed the members, then only the management account and the
// caller's, which listed them.
func (c *Connector) told(account string) bool {
	members := c.members.Load()
	return members == nil || account == c.Account ||
		slices.ContainsFunc(*members, func(m Member) bool { return m.Management && m.ID == account })
}

// organizationService is the service of the types that belong to the organisation and
// not to the account that is asked for them.
const organizationService = "organizations"

// speaker returns the account in which the types of the organisation are read: the
// management account, or the caller's when that one is not among those entered, since
// the caller listed the members. Empty when neither was entered.
func speaker(members []Member, caller string, entered []string) string {
	for _, m := range members {
		if m.Management && slices.Contains(entered, m.ID) {
			return m.ID
		}
	}
	if slices.Contains(entered, caller) {
		return caller
	}
	return ""
}

// hush leaves the types of the organisation out of every account but the one that
// speaks for it: a member is told next to nothing, and what it is told is the same.
func hush(tasks []collect.Task, kinds []planned, speaker string) {
	of := map[string]bool{}
	for i := range kinds {
		if kinds[i].info.Service == organizationService {
			of[kinds[i].info.Name] = true
		}
	}
	detail := "read once for the organisation, in account " + speaker
	if speaker == "" {
		detail = "the organisation tells this to its management account, which is not read"
	}
	for i := range tasks {
		if t := &tasks[i]; of[t.Scope.Type] && t.Scope.Account != speaker {
			t.Skip, t.Detail = estate.Uncollected, detail
		}
	}
}
