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
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// Connection is how jobs and crawlers reach a data store.
type Connection struct {
	// Kind is what is reached, such as JDBC, KAFKA, MONGODB or NETWORK.
	Kind string `json:"kind"`
	// TLSRequired is whether the connection fails rather than go without TLS.
	TLSRequired bool `json:"tls_required"`
	// Secret is the secret in Secrets Manager that holds user and password; empty when the
	// connection holds them itself or needs none.
	Secret string `json:"secret"`
	// KeepsUser is whether the connection itself holds a user name, and with it a password.
	KeepsUser bool `json:"keeps_user"`
	// PropertySecrets are the kinds of credentials that its settings look to hold in the
	// clear, such as in an address; empty when none.
	PropertySecrets []string `json:"property_secrets"`
	// Subnet is the subnet from which it connects; empty when it is none of the customer's.
	Subnet string `json:"subnet"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

var connection = source.Type[*aws.Session, Connection]{
	Name:       "aws_glue_connection",
	Service:    "glue",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "GetConnections", Permission: "glue:GetConnections"},
	},
	Refresh: []string{"CreateConnection", "UpdateConnection", "DeleteConnection", "BatchDeleteConnection"},
	List:    listConnections,
}

// listConnections asks AWS to keep passwords to itself.
func listConnections(ctx context.Context, s *aws.Session, found func(*source.Draft[Connection])) error {
	pages := sdk.NewGetConnectionsPaginator(client(s), &sdk.GetConnectionsInput{HidePassword: true})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.ConnectionList {
			found(draftConnection(s, c))
		}
	}
	return nil
}

func draftConnection(s *aws.Session, c types.Connection) *source.Draft[Connection] {
	d := &source.Draft[Connection]{ID: s.ARN("glue", "connection/"+aws.Value(c.Name)), Name: aws.Value(c.Name), Created: aws.Value(c.CreationTime).In(time.UTC)}
	p := c.ConnectionProperties
	d.Config = Connection{
		Kind: string(c.ConnectionType), Secret: p["SECRET_ID"], KeepsUser: p["USERNAME"]+p["KAFKA_SASL_PLAIN_USERNAME"]+p["KAFKA_SASL_SCRAM_USERNAME"] != "", PropertySecrets: propertySecrets(p),
		TLSRequired: isTrue(p["JDBC_ENFORCE_SSL"]) || isTrue(p["KAFKA_SSL_ENABLED"]),
	}
	if r := c.PhysicalConnectionRequirements; r != nil {
		d.Config.Subnet, d.Config.SecurityGroups = aws.Value(r.SubnetId), r.SecurityGroupIdList
	}
	if d.Config.Subnet != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+d.Config.Subnet))
	}
	for _, g := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+g))
	}
	return d
}

func isTrue(text string) bool { return strings.EqualFold(text, "true") }

// propertySecrets looks at all settings but those that Glue seals itself.
func propertySecrets(properties map[string]string) []string {
	var kinds []string
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		if name != "PASSWORD" && name != "ENCRYPTED_PASSWORD" {
			kinds = append(kinds, secret.Kinds(properties[name])...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}
