package glue

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Job is a Glue job: a program that moves and changes data.
type Job struct {
	// Command is the kind of program: glueetl for Spark, gluestreaming, pythonshell or
	// glueray.
	Command string `json:"command"`
	// GlueVersion is the version of Glue it runs on, such as 4.0; empty for very old jobs.
	GlueVersion string `json:"glue_version"`
	// Script is where its program is kept.
	Script string `json:"script"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// SecurityConfiguration is the name of the settings by which it encrypts what it writes;
	// empty when it has none.
	SecurityConfiguration string `json:"security_configuration"`
	// ContinuousLog is whether its log goes to CloudWatch while it runs.
	ContinuousLog bool `json:"continuous_log"`
	// Arguments are what is handed to its program: names, never values.
	Arguments []Argument `json:"arguments"`
	// Connections are the names of the connections it uses.
	Connections []string `json:"connections"`
}

// Argument is something handed to a job's program.
type Argument struct {
	// Name is its name, with the dashes before it.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

var job = source.Type[*aws.Session, Job]{
	Name:     "aws_glue_job",
	Service:  "glue",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetJobs", Permission: "glue:GetJobs"},
		{Op: "GetTags", Permission: "glue:GetTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateJob", "UpdateJob", "DeleteJob", "TagResource", "UntagResource"},
	Gone:    []string{"EntityNotFoundException"},
	List:    listJobs,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Job]) error {
		d.Try("tags", func() error {
			out, err := client(s).GetTags(ctx, &sdk.GetTagsInput{ResourceArn: &d.ID})
			if err != nil {
				return err
			}
			d.Tags = out.Tags
			return nil
		})
		return nil
	},
	Facets: func(d *source.Draft[Job]) {
		d.Offer(facet.Compute{Running: estate.Maybe, PublicAddresses: []string{}, Networks: []string{}, Firewalls: []string{}, RunsAs: d.Config.Role})
	},
}

func listJobs(ctx context.Context, s *aws.Session, found func(*source.Draft[Job])) error {
	size := int32(200)
	pages := sdk.NewGetJobsPaginator(client(s), &sdk.GetJobsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, j := range page.Jobs {
			found(draftJob(s, j))
		}
	}
	return nil
}

func draftJob(s *aws.Session, j types.Job) *source.Draft[Job] {
	d := &source.Draft[Job]{ID: s.ARN("glue", "job/"+aws.Value(j.Name)), Name: aws.Value(j.Name), Created: aws.Value(j.CreatedOn).In(time.UTC)}
	c := Job{
		GlueVersion: aws.Value(j.GlueVersion), Role: roleARN(s, aws.Value(j.Role)), SecurityConfiguration: aws.Value(j.SecurityConfiguration),
		ContinuousLog: j.DefaultArguments["--enable-continuous-cloudwatch-log"] == "true" || j.NonOverridableArguments["--enable-continuous-cloudwatch-log"] == "true",
	}
	if j.Command != nil {
		c.Command, c.Script = aws.Value(j.Command.Name), aws.Value(j.Command.ScriptLocation)
	}
	for _, values := range []map[string]string{j.DefaultArguments, j.NonOverridableArguments} {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			c.Arguments = append(c.Arguments, Argument{Name: name, Secrets: secret.Setting(strings.TrimLeft(name, "-"), values[name])})
		}
	}
	if j.Connections != nil {
		c.Connections = j.Connections.Connections
	}
	d.Config = c
	d.Relate(estate.RunsAs, c.Role)
	for _, name := range c.Connections {
		d.Relate(estate.RoutesTo, s.ARN("glue", "connection/"+name))
	}
	return d
}

// roleARN completes the name of a role, which Glue takes as well.
func roleARN(s *aws.Session, role string) string {
	if role == "" || strings.HasPrefix(role, "arn:") {
		return role
	}
	return s.GlobalARN("iam", "role/"+role)
}
