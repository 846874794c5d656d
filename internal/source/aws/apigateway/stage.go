package apigateway

import (
	"context"
	"maps"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Stage is a deployed REST API, as callers meet it.
type Stage struct {
	// API is the id of the API.
	API string `json:"api"`
	// Private is whether the API is reached from within networks only.
	Private bool `json:"private"`
	// AccessLog is where a line per call goes; empty when none is written.
	AccessLog string `json:"access_log"`
	// ClientCertificate is the id of the certificate by which API Gateway proves itself to
	// backends; empty when it has none.
	ClientCertificate string `json:"client_certificate"`
	// WebACL is the firewall for web requests in front of it; empty when there is none.
	WebACL string `json:"web_acl"`
	// Tracing is whether X-Ray records calls.
	Tracing bool `json:"tracing"`
	// Cache is whether answers are kept to be given again.
	Cache bool `json:"cache"`
	// Methods are settings for methods; the one for path * and verb * holds where no other
	// does. Empty means that nothing is logged and nothing cached.
	Methods []MethodSetting `json:"methods"`
	// Variables are the stage's variables: names, never values.
	Variables []Variable `json:"variables"`
}

// MethodSetting is how a stage treats some of its methods.
type MethodSetting struct {
	// Method is the path and verb it is for, such as */* or ~1orders/GET.
	Method string `json:"method"`
	// Logging is what of a call's course is written down: OFF, ERROR or INFO; empty when it
	// was never set, which acts as OFF.
	Logging string `json:"logging"`
	// DataTrace is whether whole requests and answers are written down too.
	DataTrace bool `json:"data_trace"`
	// Caching is whether answers are kept, if the stage has a cache.
	Caching bool `json:"caching"`
	// CacheEncrypted is whether kept answers are encrypted.
	CacheEncrypted bool `json:"cache_encrypted"`
}

// Variable is a variable of a stage.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

var stage = source.Type[*aws.Session, Stage]{
	Name:     "aws_api_gateway_stage",
	Service:  "apigateway",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetRestApis", Permission: "apigateway:GET"},
		{Op: "GetStages", Permission: "apigateway:GET"},
	},
	Refresh: []string{"CreateDeployment", "CreateStage", "UpdateStage", "DeleteStage", "CreateRestApi", "DeleteRestApi", "AssociateWebACL", "DisassociateWebACL"},
	List:    listStages,
	Facets: func(d *source.Draft[Stage]) {
		d.Relate(estate.LogsTo, d.Config.AccessLog)
		d.Relate(estate.GuardedBy, d.Config.WebACL)
		d.Offer(facet.Logging{Enabled: estate.TriOf(d.Config.AccessLog != ""), Target: d.Config.AccessLog})
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(!d.Config.Private), AllowedRanges: []string{}, Ports: []int{443}})
	},
}

func listStages(ctx context.Context, s *aws.Session, found func(*source.Draft[Stage])) error {
	all, err := restAPIs(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, all, func(ctx context.Context, api types.RestApi) error {
		out, err := client(s).GetStages(ctx, &sdk.GetStagesInput{RestApiId: api.Id})
		if err != nil {
			return aws.Absent(err, "NotFoundException")
		}
		for _, st := range out.Item {
			found(draftStage(s, api, st))
		}
		return nil
	})
}

func draftStage(s *aws.Session, api types.RestApi, st types.Stage) *source.Draft[Stage] {
	parent := arn(s, "restapis/"+aws.Value(api.Id))
	d := &source.Draft[Stage]{
		ID: parent + "/stages/" + aws.Value(st.StageName), Name: aws.Value(api.Name) + "/" + aws.Value(st.StageName),
		Tags: st.Tags, Created: aws.Value(st.CreatedDate).In(time.UTC),
	}
	d.Config = Stage{
		API: aws.Value(api.Id), ClientCertificate: aws.Value(st.ClientCertificateId), WebACL: aws.Value(st.WebAclArn),
		Tracing: st.TracingEnabled, Cache: st.CacheClusterEnabled,
	}
	if e := api.EndpointConfiguration; e != nil {
		d.Config.Private = len(e.Types) == 1 && e.Types[0] == types.EndpointTypePrivate
	}
	if l := st.AccessLogSettings; l != nil {
		d.Config.AccessLog = aws.Value(l.DestinationArn)
	}
	for _, name := range slices.Sorted(maps.Keys(st.MethodSettings)) {
		m := st.MethodSettings[name]
		d.Config.Methods = append(d.Config.Methods, MethodSetting{
			Method: name, Logging: aws.Value(m.LoggingLevel), DataTrace: m.DataTraceEnabled, Caching: m.CachingEnabled, CacheEncrypted: m.CacheDataEncrypted,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(st.Variables)) {
		d.Config.Variables = append(d.Config.Variables, Variable{Name: name, Secrets: secret.Setting(name, st.Variables[name])})
	}
	d.Relate(estate.MemberOf, parent)
	return d
}
