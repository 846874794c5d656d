package sfn

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// StateMachine is a Step Functions workflow.
type StateMachine struct {
	// Express is whether it is of the quick kind, whose runs leave no history unless they
	// are logged.
	Express bool `json:"express"`
	// Status is ACTIVE or DELETING.
	Status string `json:"status"`
	// Role is the role that it acts with.
	Role string `json:"role"`
	// LogLevel is what of runs is logged: ALL, ERROR, FATAL or OFF; empty when it was never
	// set, which acts as OFF.
	LogLevel string `json:"log_level"`
	// LogsData is whether the data that goes through a run is logged too.
	LogsData bool `json:"logs_data"`
	// LogGroups are the ARNs of the log groups.
	LogGroups []string `json:"log_groups"`
	// Tracing is whether X-Ray records runs.
	Tracing bool `json:"tracing"`
	// KMSKey is the customer's key for definition and history, as it was given; empty for the
	// key of AWS.
	KMSKey string `json:"kms_key"`
	// DefinitionSecrets are the kinds of credentials that the definition looks to hold; empty
	// when none.
	DefinitionSecrets []string `json:"definition_secrets"`
}

// described are the fields that DescribeStateMachine fills.
var described = []string{"status", "role", "log_level", "logs_data", "log_groups", "tracing", "kms_key", "definition_secrets"}

var stateMachine = source.Type[*aws.Session, StateMachine]{
	Name:     "aws_sfn_state_machine",
	Service:  "sfn",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListStateMachines", Permission: "states:ListStateMachines"},
		{Op: "DescribeStateMachine", Permission: "states:DescribeStateMachine", Fills: described},
		{Op: "ListTagsForResource", Permission: "states:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine", "TagResource", "UntagResource"},
	Gone:    []string{"StateMachineDoesNotExist", "ResourceNotFound"},
	List:    listStateMachines,
	Detail:  readStateMachine,
	Facets:  stateMachineFacets,
}

func listStateMachines(ctx context.Context, s *aws.Session, found func(*source.Draft[StateMachine])) error {
	pages := sdk.NewListStateMachinesPaginator(client(s), &sdk.ListStateMachinesInput{MaxResults: 1000})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.StateMachines {
			d := &source.Draft[StateMachine]{ID: aws.Value(m.StateMachineArn), Name: aws.Value(m.Name), Created: aws.Value(m.CreationDate).In(time.UTC)}
			d.Config.Express = m.Type == types.StateMachineTypeExpress
			found(d)
		}
	}
	return nil
}

func readStateMachine(ctx context.Context, s *aws.Session, d *source.Draft[StateMachine]) error {
	d.Try(described[0], func() error {
		out, err := client(s).DescribeStateMachine(ctx, &sdk.DescribeStateMachineInput{StateMachineArn: &d.ID})
		if err == nil {
			d.Config.fill(out)
		}
		return err
	}, described[1:]...)
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = tags(out.Tags)
		return nil
	})
	return nil
}

func (m *StateMachine) fill(out *sdk.DescribeStateMachineOutput) {
	m.Status, m.Role = string(out.Status), aws.Value(out.RoleArn)
	m.DefinitionSecrets = secret.Kinds(aws.Value(out.Definition))
	if l := out.LoggingConfiguration; l != nil {
		m.LogLevel, m.LogsData = string(l.Level), l.IncludeExecutionData
		for _, destination := range l.Destinations {
			if g := destination.CloudWatchLogsLogGroup; g != nil {
				m.LogGroups = append(m.LogGroups, strings.TrimSuffix(aws.Value(g.LogGroupArn), ":*"))
			}
		}
	}
	if out.TracingConfiguration != nil {
		m.Tracing = out.TracingConfiguration.Enabled
	}
	if e := out.EncryptionConfiguration; e != nil {
		m.KMSKey = aws.Value(e.KmsKeyId)
	}
}

func stateMachineFacets(d *source.Draft[StateMachine]) {
	c := d.Config
	d.Relate(estate.RunsAs, c.Role)
	if strings.HasPrefix(c.KMSKey, "arn:") {
		d.Relate(estate.EncryptedBy, c.KMSKey)
	}
	logging := facet.Logging{Enabled: d.Tri("log_level", c.LogLevel != "" && c.LogLevel != string(types.LogLevelOff))}
	for _, group := range c.LogGroups {
		d.Relate(estate.LogsTo, group)
		logging.Target = group
	}
	d.Offer(logging)
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", c.KMSKey != ""), KeyID: c.KMSKey, InTransit: estate.Yes})
}
