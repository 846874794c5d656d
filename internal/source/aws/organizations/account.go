package organizations

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Account is an account of the organisation, as the organisation sees it.
type Account struct {
	// AccountID is its twelve digits.
	AccountID string `json:"account_id"`
	// State is PENDING_ACTIVATION, ACTIVE, SUSPENDED, PENDING_CLOSURE or CLOSED.
	State string `json:"state"`
	// JoinedMethod is CREATED, or INVITED for an account that existed before.
	JoinedMethod string `json:"joined_method"`
	// Management is whether it is the management account, which no policy limits.
	Management bool `json:"management"`
	// UnitPath are the ids of the root and the units down to the account.
	UnitPath []string `json:"unit_path"`
	// UnitNames are their names.
	UnitNames []string `json:"unit_names"`
}

var account = source.Type[*aws.Session, Account]{
	Name:     "aws_organizations_account",
	Service:  "organizations",
	Locality: source.Global,
	Calls: append([]source.Call{
		{Op: "ListAccountsForParent", Permission: "organizations:ListAccountsForParent"},
		tagsCall,
	}, treeCalls...),
	Refresh: []string{
		"CreateAccount", "CreateAccountResult", "CloseAccount", "CloseAccountResult", "MoveAccount", "RemoveAccountFromOrganization", "AcceptHandshake",
		"LeaveOrganization", "TagResource", "UntagResource",
	},
	Gone: []string{"TargetNotFoundException"},
	List: told(listAccounts),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Account]) error {
		readTags(ctx, s, d, d.Config.AccountID)
		return nil
	},
	Facets: func(d *source.Draft[Account]) {
		d.Offer(facet.Account{ID: d.Config.AccountID, Name: d.Name, Units: slices.Concat(d.Config.UnitPath, d.Config.UnitNames)})
	},
}

// listAccounts asks each unit for its accounts, which is how AWS tells where an
// account stands.
func listAccounts(ctx context.Context, s *aws.Session, found func(*source.Draft[Account])) error {
	all, err := units(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, all, func(ctx context.Context, u unit) error {
		pages := sdk.NewListAccountsForParentPaginator(client(s), &sdk.ListAccountsForParentInput{ParentId: &u.id})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, a := range page.Accounts {
				found(draftAccount(s, u, a))
			}
		}
		return nil
	})
}

func draftAccount(s *aws.Session, u unit, a types.Account) *source.Draft[Account] {
	id, state := aws.Value(a.Id), string(a.State)
	if state == "" {
		state = string(a.Status)
	}
	d := &source.Draft[Account]{ID: aws.Value(a.Arn), Name: aws.Value(a.Name), Created: aws.Value(a.JoinedTimestamp).In(time.UTC), Config: Account{
		AccountID: id, State: state, JoinedMethod: string(a.JoinedMethod), UnitPath: u.path, UnitNames: u.names,
		Management: strings.Contains(aws.Value(a.Arn), "::"+id+":"),
	}}
	d.Relate(estate.MemberOf, u.arn)
	d.Relate(estate.Contains, "arn:"+s.Partition+":iam::"+id+":root")
	return d
}
