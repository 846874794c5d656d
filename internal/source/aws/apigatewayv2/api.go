package apigatewayv2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// API is an HTTP or WebSocket API. It always answers on the internet.
type API struct {
	// Protocol is HTTP or WEBSOCKET.
	Protocol string `json:"protocol"`
	// DefaultEndpoint is whether it answers at the address that AWS gave it, beside its own
	// domain names.
	DefaultEndpoint bool `json:"default_endpoint"`
	// AllowedOrigins are the web sites whose pages may call it; empty when that is left to
	// the backend. A star stands for every site.
	AllowedOrigins []string `json:"allowed_origins"`
	// AllowCredentials is whether pages of those sites may send cookies along.
	AllowCredentials bool `json:"allow_credentials"`
	// Routes are the requests it takes.
	Routes []Route `json:"routes"`
	// Integrations are the backends behind the routes.
	Integrations []Integration `json:"integrations"`

	id string
}

// Route is a request that an API takes.
type Route struct {
	// Key is verb and path, such as "GET /orders", or the name of a WebSocket message.
	Key string `json:"key"`
	// Authorization is who is let in: NONE, AWS_IAM, CUSTOM or JWT.
	Authorization string `json:"authorization"`
	// APIKey is whether callers must show a key, which counts calls and proves nothing.
	APIKey bool `json:"api_key"`
}

// Integration is a backend of an API.
type Integration struct {
	// Kind is AWS, AWS_PROXY, HTTP, HTTP_PROXY or MOCK.
	Kind string `json:"kind"`
	// Private is whether the backend is reached through a link into a network.
	Private bool `json:"private"`
	// TLS is whether a private backend is spoken to over TLS.
	TLS bool `json:"tls"`
	// Target is the ARN of the backend; empty when it is a web address.
	Target string `json:"target"`
}

var api = source.Type[*aws.Session, API]{
	Name:     "aws_apigatewayv2_api",
	Service:  "apigatewayv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetApis", Permission: "apigateway:GET"},
		{Op: "GetRoutes", Permission: "apigateway:GET", Fills: []string{"routes"}},
		{Op: "GetIntegrations", Permission: "apigateway:GET", Fills: []string{"integrations"}},
	},
	Refresh: []string{
		"CreateApi", "ImportApi", "ReimportApi", "UpdateApi", "DeleteApi", "DeleteCorsConfiguration", "CreateRoute", "UpdateRoute",
		"DeleteRoute", "CreateIntegration", "UpdateIntegration", "DeleteIntegration",
	},
	Gone:   []string{"NotFoundException"},
	List:   listAPIs,
	Detail: readAPI,
	Facets: func(d *source.Draft[API]) {
		d.Offer(facet.Exposure{PublicEndpoint: estate.Yes, AllowedRanges: []string{}, Ports: []int{443}})
	},
}

// apis returns the APIs of the region. The SDK has no paginator for it.
func apis(ctx context.Context, s *aws.Session) ([]types.Api, error) {
	return aws.Shared(s, "apigatewayv2 apis", func() (all []types.Api, err error) {
		err = aws.Pages(func(token *string) (*string, error) {
			out, err := client(s).GetApis(ctx, &sdk.GetApisInput{NextToken: token})
			if err != nil {
				return nil, err
			}
			all = append(all, out.Items...)
			return out.NextToken, nil
		})
		return all, err
	})
}

func listAPIs(ctx context.Context, s *aws.Session, found func(*source.Draft[API])) error {
	all, err := apis(ctx, s)
	if err != nil {
		return err
	}
	for _, a := range all {
		d := &source.Draft[API]{ID: arn(s, "apis/"+aws.Value(a.ApiId)), Name: aws.Value(a.Name), Tags: a.Tags, Created: aws.Value(a.CreatedDate).In(time.UTC)}
		d.Config = API{Protocol: string(a.ProtocolType), DefaultEndpoint: !aws.Value(a.DisableExecuteApiEndpoint), id: aws.Value(a.ApiId)}
		if c := a.CorsConfiguration; c != nil {
			d.Config.AllowedOrigins, d.Config.AllowCredentials = c.AllowOrigins, aws.Value(c.AllowCredentials)
		}
		found(d)
	}
	return nil
}

// arn returns the name API Gateway gives a resource: without an account.
func arn(s *aws.Session, path string) string {
	return "arn:" + s.Partition + ":apigateway:" + s.Region + "::/" + path
}
