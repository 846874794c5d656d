package cognito

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// clientsOf returns the applications of a pool, without those deleted meanwhile.
func clientsOf(ctx context.Context, s *aws.Session, pool string) ([]Client, error) {
	size := int32(60)
	var clients []Client
	pages := sdk.NewListUserPoolClientsPaginator(client(s), &sdk.ListUserPoolClientsInput{UserPoolId: &pool, MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, listed := range page.UserPoolClients {
			out, err := client(s).DescribeUserPoolClient(ctx, &sdk.DescribeUserPoolClientInput{UserPoolId: &pool, ClientId: listed.ClientId})
			if aws.IsCode(err, "ResourceNotFoundException") {
				continue
			}
			if err != nil {
				return nil, err
			}
			if out.UserPoolClient == nil {
				return nil, estate.Errorf(estate.CodeUnavailable, "describe client "+aws.Value(listed.ClientId), "Cognito answered nothing")
			}
			clients = append(clients, application(*out.UserPoolClient))
		}
	}
	return clients, nil
}

func application(c types.UserPoolClientType) Client {
	return Client{
		ID: aws.Value(c.ClientId), Name: aws.Value(c.ClientName), Secret: aws.Value(c.ClientSecret) != "",
		TokenRevocation: aws.Value(c.EnableTokenRevocation), HidesUsers: c.PreventUserExistenceErrors == types.PreventUserExistenceErrorTypesEnabled,
		OAuthFlows: aws.Texts(c.AllowedOAuthFlows), AuthFlows: aws.Texts(c.ExplicitAuthFlows), CallbackURLs: c.CallbackURLs,
	}
}

func userPoolFacets(d *source.Draft[UserPool]) {
	c := d.Config
	for _, function := range c.Triggers {
		d.Relate(estate.Triggers, function)
	}
	d.Relate(estate.EncryptedBy, c.KMSKey)
	d.Relate(estate.GuardedBy, c.WebACL)
	d.Offer(facet.Exposure{PublicEndpoint: estate.Yes, AllowedRanges: []string{}, Ports: []int{443}})
}
