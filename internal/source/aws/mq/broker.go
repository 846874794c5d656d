package mq

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/mq"
	"github.com/aws/aws-sdk-go-v2/service/mq/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Broker is a message broker of ActiveMQ or RabbitMQ. It is always encrypted at rest
// and only speaks TLS.
type Broker struct {
	// Engine is ACTIVEMQ or RABBITMQ.
	Engine string `json:"engine"`
	// Status is RUNNING when it can be used.
	Status string `json:"status"`
	// Deployment is SINGLE_INSTANCE, ACTIVE_STANDBY_MULTI_AZ or CLUSTER_MULTI_AZ.
	Deployment string `json:"deployment"`
	// Settings are what only the broker itself tells.
	Settings Settings `json:"settings"`
}

// Settings are what only the broker itself tells.
type Settings struct {
	// EngineVersion is the version of the engine.
	EngineVersion string `json:"engine_version"`
	// PubliclyAccessible is whether it has an address on the internet.
	PubliclyAccessible bool `json:"publicly_accessible"`
	// AutoMinorUpgrade is whether small new versions are taken by themselves.
	AutoMinorUpgrade bool `json:"auto_minor_upgrade"`
	// KMSKey is the ARN of the KMS key; empty for a key that AWS owns.
	KMSKey string `json:"kms_key"`
	// GeneralLogs is whether its log goes to CloudWatch.
	GeneralLogs bool `json:"general_logs"`
	// AuditLogs is whether what administrators do goes to CloudWatch; ActiveMQ only.
	AuditLogs bool `json:"audit_logs"`
	// Authentication is how users sign in: SIMPLE, LDAP or CONFIG_MANAGED.
	Authentication string `json:"authentication"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var broker = source.Type[*aws.Session, Broker]{
	Name:     "aws_mq_broker",
	Service:  "mq",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListBrokers", Permission: "mq:ListBrokers"},
		{Op: "DescribeBroker", Permission: "mq:DescribeBroker", Fills: []string{"settings", "tags"}},
	},
	Refresh: []string{"CreateBroker", "DeleteBroker", "UpdateBroker", "RebootBroker", "CreateTags", "DeleteTags"},
	Gone:    []string{"NotFoundException"},
	List:    listBrokers,
	Detail:  readBroker,
	Facets: func(d *source.Draft[Broker]) {
		c := d.Config.Settings
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("settings", c.KMSKey != ""), KeyID: c.KMSKey, InTransit: estate.Yes})
		d.Offer(facet.DataStore{Kind: "queue", Engine: strings.ToLower(d.Config.Engine), Version: c.EngineVersion, Versioned: estate.No, PasswordLogin: estate.Yes})
		d.Carry("settings", "facets.data_store.version")
		d.Offer(facet.Exposure{PublicEndpoint: d.Tri("settings", c.PubliclyAccessible), AllowedRanges: []string{}, Ports: []int{}})
		d.Offer(facet.Logging{Enabled: d.Tri("settings", c.GeneralLogs || c.AuditLogs)})
	},
}

func listBrokers(ctx context.Context, s *aws.Session, found func(*source.Draft[Broker])) error {
	size := int32(100)
	pages := sdk.NewListBrokersPaginator(client(s), &sdk.ListBrokersInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, b := range page.BrokerSummaries {
			d := &source.Draft[Broker]{ID: aws.Value(b.BrokerArn), Name: aws.Value(b.BrokerName), Created: aws.Value(b.Created).In(time.UTC)}
			d.Config = Broker{Engine: string(b.EngineType), Status: string(b.BrokerState), Deployment: string(b.DeploymentMode)}
			found(d)
		}
	}
	return nil
}

func readBroker(ctx context.Context, s *aws.Session, d *source.Draft[Broker]) error {
	id := idOf(d.ID)
	d.Try("settings", func() error {
		out, err := client(s).DescribeBroker(ctx, &sdk.DescribeBrokerInput{BrokerId: &id})
		if err != nil {
			return err
		}
		d.Tags, d.Config.Settings = out.Tags, settings(out)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.Settings.KMSKey))
		for _, g := range out.SecurityGroups {
			d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
		}
		for _, n := range out.SubnetIds {
			d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+n))
		}
		return nil
	}, "tags")
	return nil
}

func settings(out *sdk.DescribeBrokerOutput) Settings {
	c := Settings{
		EngineVersion: aws.Value(out.EngineVersion), PubliclyAccessible: aws.Value(out.PubliclyAccessible), AutoMinorUpgrade: aws.Value(out.AutoMinorVersionUpgrade),
		Authentication: string(out.AuthenticationStrategy), Subnets: out.SubnetIds, SecurityGroups: out.SecurityGroups,
	}
	if e := out.EncryptionOptions; e != nil && !aws.Value(e.UseAwsOwnedKey) {
		c.KMSKey = aws.Value(e.KmsKeyId)
	}
	if l := out.Logs; l != nil {
		c.GeneralLogs, c.AuditLogs = aws.Value(l.General), aws.Value(l.Audit) && out.EngineType == types.EngineTypeActivemq
	}
	return c
}

// idOf returns what follows the last colon of an ARN.
func idOf(arn string) string {
	for i := len(arn) - 1; i >= 0; i-- {
		if arn[i] == ':' {
			return arn[i+1:]
		}
	}
	return arn
}
