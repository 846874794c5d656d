package organizations

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// DelegatedAdministrator is an account that runs AWS services for the whole
// organisation in place of the management account.
type DelegatedAdministrator struct {
	// AccountID is the account's twelve digits.
	AccountID string `json:"account_id"`
	// Services are the services it runs, such as guardduty.amazonaws.com.
	Services []string `json:"services"`
}

var delegatedAdministrator = source.Type[*aws.Session, DelegatedAdministrator]{
	Name:     "aws_organizations_delegated_administrator",
	Service:  "organizations",
	Locality: source.Global,
	Calls: []source.Call{
		{Op: "ListDelegatedAdministrators", Permission: "organizations:ListDelegatedAdministrators"},
		{Op: "ListDelegatedServicesForAccount", Permission: "organizations:ListDelegatedServicesForAccount", Fills: []string{"services"}},
	},
	Refresh: []string{"RegisterDelegatedAdministrator", "DeregisterDelegatedAdministrator"},
	List:    told(listDelegatedAdministrators),
	Detail:  readDelegatedAdministrator,
}

// listDelegatedAdministrators makes ids of its own: AWS gives such an account that of
// the account itself.
func listDelegatedAdministrators(ctx context.Context, s *aws.Session, found func(*source.Draft[DelegatedAdministrator])) error {
	pages := sdk.NewListDelegatedAdministratorsPaginator(client(s), &sdk.ListDelegatedAdministratorsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, a := range page.DelegatedAdministrators {
			arn := aws.Value(a.Arn)
			d := &source.Draft[DelegatedAdministrator]{
				ID: strings.Replace(arn, ":account/", ":delegated-administrator/", 1), Name: aws.Value(a.Name),
				Created: aws.Value(a.DelegationEnabledDate).In(time.UTC), Config: DelegatedAdministrator{AccountID: aws.Value(a.Id)},
			}
			d.Relate(estate.AttachedTo, arn)
			found(d)
		}
	}
	return nil
}

func readDelegatedAdministrator(ctx context.Context, s *aws.Session, d *source.Draft[DelegatedAdministrator]) error {
	d.Try("services", func() error {
		services := []string{}
		pages := sdk.NewListDelegatedServicesForAccountPaginator(client(s), &sdk.ListDelegatedServicesForAccountInput{AccountId: &d.Config.AccountID})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, service := range page.DelegatedServices {
				services = append(services, aws.Value(service.ServicePrincipal))
			}
		}
		d.Config.Services = services
		return nil
	})
	return nil
}
