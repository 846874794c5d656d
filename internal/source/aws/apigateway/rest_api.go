package apigateway

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// RestAPI is a REST API: its front door and the methods behind it.
type RestAPI struct {
	// Endpoints are the kinds of its door: EDGE and REGIONAL are on the internet, PRIVATE is
	// within networks only.
	Endpoints []string `json:"endpoints"`
	// VPCEndpoints are the endpoints through which a private API is reached.
	VPCEndpoints []string `json:"vpc_endpoints"`
	// DefaultEndpoint is whether it answers at the address that AWS gave it, beside its own
	// domain names.
	DefaultEndpoint bool `json:"default_endpoint"`
	// SecurityPolicy is the oldest TLS it speaks, such as TLS_1_2; empty for the default.
	SecurityPolicy string `json:"security_policy"`
	// Policy is who may call it, whatever the methods say; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// Methods are the requests it takes, as they are defined, deployed or not.
	Methods []Method `json:"methods"`

	policy string
}

// Method is a request that an API takes.
type Method struct {
	// Path is where, such as /orders/{id}.
	Path string `json:"path"`
	// Verb is the HTTP method, or ANY.
	Verb string `json:"verb"`
	// Authorization is who is let in: NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS.
	Authorization string `json:"authorization"`
	// APIKey is whether callers must show a key, which counts calls and proves nothing.
	APIKey bool `json:"api_key"`
}

var restAPI = source.Type[*aws.Session, RestAPI]{
	Name:     "aws_api_gateway_rest_api",
	Service:  "apigateway",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetRestApis", Permission: "apigateway:GET"},
		{Op: "GetResources", Permission: "apigateway:GET", Fills: []string{"methods"}},
	},
	Refresh: []string{"CreateRestApi", "ImportRestApi", "PutRestApi", "UpdateRestApi", "DeleteRestApi", "CreateResource", "DeleteResource", "PutMethod", "UpdateMethod", "DeleteMethod"},
	Gone:    []string{"NotFoundException"},
	List:    listRestAPIs,
	Detail:  readRestAPI,
	Facets:  restAPIFacets,
}

// restAPIs returns the REST APIs of the region.
func restAPIs(ctx context.Context, s *aws.Session) ([]types.RestApi, error) {
	return aws.Shared(s, "apigateway rest apis", func() ([]types.RestApi, error) {
		size := int32(500)
		var all []types.RestApi
		pages := sdk.NewGetRestApisPaginator(client(s), &sdk.GetRestApisInput{Limit: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			all = append(all, page.Items...)
		}
		return all, nil
	})
}

func listRestAPIs(ctx context.Context, s *aws.Session, found func(*source.Draft[RestAPI])) error {
	all, err := restAPIs(ctx, s)
	if err != nil {
		return err
	}
	for _, a := range all {
		d := &source.Draft[RestAPI]{ID: arn(s, "restapis/"+aws.Value(a.Id)), Name: aws.Value(a.Name), Tags: a.Tags, Created: aws.Value(a.CreatedDate).In(time.UTC)}
		d.Config = RestAPI{DefaultEndpoint: !a.DisableExecuteApiEndpoint, SecurityPolicy: string(a.SecurityPolicy), policy: aws.Value(a.Policy)}
		if e := a.EndpointConfiguration; e != nil {
			d.Config.Endpoints, d.Config.VPCEndpoints = aws.Texts(e.Types), e.VpcEndpointIds
		}
		found(d)
	}
	return nil
}

// arn returns the name API Gateway gives a resource: without an account.
func arn(s *aws.Session, path string) string {
	return "arn:" + s.Partition + ":apigateway:" + s.Region + "::/" + path
}

func readRestAPI(ctx context.Context, s *aws.Session, d *source.Draft[RestAPI]) error {
	d.Try("policy", func() (err error) {
		if d.Config.policy != "" {
			d.Config.Policy, err = policydoc.Parse(unescape(d.Config.policy))
		}
		return err
	})
	d.Try("methods", func() error {
		methods, err := methodsOf(ctx, s, d.ID[strings.LastIndex(d.ID, "/")+1:])
		d.Config.Methods = methods
		return err
	})
	return nil
}

// unescape undoes the backslashes with which API Gateway returns a policy, as if it
// stood within a JSON text.
func unescape(policy string) string {
	var plain string
	if json.Unmarshal([]byte(policy), &map[string]any{}) != nil && json.Unmarshal([]byte(`"`+policy+`"`), &plain) == nil {
		return plain
	}
	return policy
}

func methodsOf(ctx context.Context, s *aws.Session, id string) ([]Method, error) {
	size := int32(500)
	var methods []Method
	pages := sdk.NewGetResourcesPaginator(client(s), &sdk.GetResourcesInput{RestApiId: &id, Limit: &size, Embed: []string{"methods"}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Items {
			methods = append(methods, methodsAt(r)...)
		}
	}
	return methods, nil
}

func restAPIFacets(d *source.Draft[RestAPI]) {
	c := d.Config
	public := len(c.Endpoints) != 1 || c.Endpoints[0] != string(types.EndpointTypePrivate)
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(public), AllowedRanges: []string{}, Ports: []int{443}})
}
