package apigatewayv2

import (
	"context"
	"maps"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Stage is a deployed HTTP or WebSocket API, as callers meet it.
type Stage struct {
	// API is the id of the API.
	API string `json:"api"`
	// Protocol is HTTP or WEBSOCKET.
	Protocol string `json:"protocol"`
	// AccessLog is where a line per call goes; empty when none is written.
	AccessLog string `json:"access_log"`
	// Logging is what of a message's course is written down in a WebSocket API: OFF, ERROR
	// or INFO; empty when it was never set, and for HTTP APIs, which have no such log.
	Logging string `json:"logging"`
	// DataTrace is whether whole messages of a WebSocket API are written down too.
	DataTrace bool `json:"data_trace"`
	// Throttled is whether calls to the default route are limited below the account's limit.
	Throttled bool `json:"throttled"`
	// ClientCertificate is the id of the certificate by which a WebSocket API proves itself
	// to backends; empty when it has none.
	ClientCertificate string `json:"client_certificate"`
	// AutoDeploy is whether changes go live at once.
	AutoDeploy bool `json:"auto_deploy"`
	// Variables are the stage's variables: names, never values.
	Variables []Variable `json:"variables"`
}

// Variable is a variable of a stage.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

var stage = source.Type[*aws.Session, Stage]{
	Name:     "aws_apigatewayv2_stage",
	Service:  "apigatewayv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetApis", Permission: "apigateway:GET"},
		{Op: "GetStages", Permission: "apigateway:GET"},
	},
	Refresh: []string{"CreateStage", "UpdateStage", "DeleteStage", "DeleteAccessLogSettings", "DeleteRouteSettings", "CreateApi", "DeleteApi"},
	List:    listStages,
	Facets: func(d *source.Draft[Stage]) {
		d.Relate(estate.LogsTo, d.Config.AccessLog)
		d.Offer(facet.Logging{Enabled: estate.TriOf(d.Config.AccessLog != ""), Target: d.Config.AccessLog})
	},
}

func listStages(ctx context.Context, s *aws.Session, found func(*source.Draft[Stage])) error {
	all, err := apis(ctx, s)
	if err != nil {
		return err
	}
	return source.Parallel(ctx, all, func(ctx context.Context, a types.Api) error {
		err := aws.Pages(func(token *string) (*string, error) {
			out, err := client(s).GetStages(ctx, &sdk.GetStagesInput{ApiId: a.ApiId, NextToken: token})
			if err != nil {
				return nil, err
			}
			for _, st := range out.Items {
				found(draftStage(s, a, st))
			}
			return out.NextToken, nil
		})
		return aws.Absent(err, "NotFoundException")
	})
}

func draftStage(s *aws.Session, a types.Api, st types.Stage) *source.Draft[Stage] {
	parent := arn(s, "apis/"+aws.Value(a.ApiId))
	d := &source.Draft[Stage]{
		ID: parent + "/stages/" + aws.Value(st.StageName), Name: aws.Value(a.Name) + "/" + aws.Value(st.StageName),
		Tags: st.Tags, Created: aws.Value(st.CreatedDate).In(time.UTC),
	}
	d.Config = Stage{
		API: aws.Value(a.ApiId), Protocol: string(a.ProtocolType), ClientCertificate: aws.Value(st.ClientCertificateId), AutoDeploy: aws.Value(st.AutoDeploy),
	}
	if l := st.AccessLogSettings; l != nil {
		d.Config.AccessLog = aws.Value(l.DestinationArn)
	}
	if r := st.DefaultRouteSettings; r != nil {
		d.Config.Logging, d.Config.DataTrace = string(r.LoggingLevel), aws.Value(r.DataTraceEnabled)
		d.Config.Throttled = r.ThrottlingRateLimit != nil
	}
	for _, name := range slices.Sorted(maps.Keys(st.StageVariables)) {
		d.Config.Variables = append(d.Config.Variables, Variable{Name: name, Secrets: secret.Setting(name, st.StageVariables[name])})
	}
	d.Relate(estate.MemberOf, parent)
	return d
}
