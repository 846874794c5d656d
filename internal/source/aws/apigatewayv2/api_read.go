package apigatewayv2

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readAPI(ctx context.Context, s *aws.Session, d *source.Draft[API]) error {
	d.Try("routes", func() error {
		routes, err := routesOf(ctx, s, d.Config.id)
		d.Config.Routes = routes
		return err
	})
	d.Try("integrations", func() error {
		integrations, err := integrationsOf(ctx, s, d.Config.id)
		d.Config.Integrations = integrations
		return err
	})
	for _, i := range d.Config.Integrations {
		d.Relate(estate.RoutesTo, i.Target)
	}
	return nil
}

func routesOf(ctx context.Context, s *aws.Session, id string) (routes []Route, err error) {
	err = aws.Pages(func(token *string) (*string, error) {
		out, err := client(s).GetRoutes(ctx, &sdk.GetRoutesInput{ApiId: &id, NextToken: token})
		if err != nil {
			return nil, err
		}
		for _, r := range out.Items {
			routes = append(routes, Route{Key: aws.Value(r.RouteKey), Authorization: string(r.AuthorizationType), APIKey: aws.Value(r.ApiKeyRequired)})
		}
		return out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	return routes, nil
}

func integrationsOf(ctx context.Context, s *aws.Session, id string) (integrations []Integration, err error) {
	err = aws.Pages(func(token *string) (*string, error) {
		out, err := client(s).GetIntegrations(ctx, &sdk.GetIntegrationsInput{ApiId: &id, NextToken: token})
		if err != nil {
			return nil, err
		}
		for _, i := range out.Items {
			integrations = append(integrations, integration(i))
		}
		return out.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	return integrations, nil
}

func integration(i types.Integration) Integration {
	out := Integration{Kind: string(i.IntegrationType), Private: i.ConnectionType == types.ConnectionTypeVpcLink, TLS: i.TlsConfig != nil}
	if uri := aws.Value(i.IntegrationUri); strings.HasPrefix(uri, "arn:") {
		out.Target = backend(uri)
	}
	return out
}

// backend takes the function's ARN out of the address by which API Gateway invokes it,
// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/FUNCTION/invocations. Other
// addresses of that kind name an action, not a resource.
func backend(uri string) string {
	if _, function, ok := strings.Cut(uri, "/functions/arn:"); ok {
		return "arn:" + strings.TrimSuffix(function, "/invocations")
	}
	if strings.Contains(uri, ":apigateway:") {
		return ""
	}
	return uri
}
