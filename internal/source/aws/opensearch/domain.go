package opensearch

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Domain is a search cluster of OpenSearch or of Elasticsearch, its ancestor.
type Domain struct {
	// Engine is OpenSearch or Elasticsearch.
	Engine string `json:"engine"`
	// EngineVersion is its version, such as 2.11.
	EngineVersion string `json:"engine_version"`
	// VPC is the network it stands in; empty when its address is on the internet.
	VPC string `json:"vpc"`
	// Subnets are the ids of its subnets; empty when it stands in no VPC.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls; empty when it stands in no VPC.
	SecurityGroups []string `json:"security_groups"`
	// Policy is the access policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// EncryptedAtRest is whether its disks are encrypted.
	EncryptedAtRest bool `json:"encrypted_at_rest"`
	// KMSKey is the ARN of the key; empty when it is not encrypted.
	KMSKey string `json:"kms_key"`
	// NodeToNode is whether its nodes speak TLS to each other.
	NodeToNode bool `json:"node_to_node"`
	// EnforceHTTPS is whether plain requests are refused.
	EnforceHTTPS bool `json:"enforce_https"`
	// TLSPolicy is the set of protocols and ciphers, such as
	// Policy-Min-TLS-1-2-PFS-2023-10.
	TLSPolicy string `json:"tls_policy"`
	// FineGrained is whether it knows users and what each may do.
	FineGrained bool `json:"fine_grained"`
	// InternalUsers is whether it keeps users with passwords of its own.
	InternalUsers bool `json:"internal_users"`
	// Anonymous is whether those who do not sign in are let through while users are
	// being introduced.
	Anonymous bool `json:"anonymous"`
	// CognitoLogin is whether people sign in to the dashboards with Cognito.
	CognitoLogin bool `json:"cognito_login"`
	// Logs are the kinds of logs that are written: INDEX_SLOW_LOGS, SEARCH_SLOW_LOGS,
	// ES_APPLICATION_LOGS, AUDIT_LOGS. Sorted.
	Logs []string `json:"logs"`
	// DataNodes is how many nodes hold data.
	DataNodes int `json:"data_nodes"`
	// MasterNodes is how many nodes do nothing but lead; 0 when data nodes do it.
	MasterNodes int `json:"master_nodes"`
	// ZoneAwareness is whether nodes stand in several zones.
	ZoneAwareness bool `json:"zone_awareness"`
	// UpdateAvailable is whether new service software waits to be installed.
	UpdateAvailable bool `json:"update_available"`
	// AutoUpdate is whether new service software is installed by itself.
	AutoUpdate bool `json:"auto_update"`
}

var domain = source.Type[*aws.Session, Domain]{
	Name:     "aws_opensearch_domain",
	Service:  "opensearch",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListDomainNames", Permission: "es:ListDomainNames"},
		{Op: "DescribeDomains", Permission: "es:DescribeDomains"},
		{Op: "ListTags", Permission: "es:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateDomain", "DeleteDomain", "UpdateDomainConfig", "UpgradeDomain", "StartServiceSoftwareUpdate", "CreateElasticsearchDomain",
		"DeleteElasticsearchDomain", "UpdateElasticsearchDomainConfig", "AddTags", "RemoveTags",
	},
	Gone: []string{"ResourceNotFoundException"},
	List: listDomains,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Domain]) error {
		d.Try("tags", func() error {
			out, err := client(s).ListTags(ctx, &sdk.ListTagsInput{ARN: &d.ID})
			if err == nil {
				d.Tags = aws.Tags(out.TagList, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
			}
			return err
		})
		return nil
	},
	Facets: domainFacets,
}

// batch is how many domains DescribeDomains takes at once.
const batch = 5

func listDomains(ctx context.Context, s *aws.Session, found func(*source.Draft[Domain])) error {
	list, err := client(s).ListDomainNames(ctx, &sdk.ListDomainNamesInput{})
	if err != nil {
		return err
	}
	var names []string
	for _, n := range list.DomainNames {
		names = append(names, aws.Value(n.DomainName))
	}
	for some := range slices.Chunk(names, batch) {
		out, err := client(s).DescribeDomains(ctx, &sdk.DescribeDomainsInput{DomainNames: some})
		if err != nil {
			return err
		}
		for _, status := range out.DomainStatusList {
			if !aws.Value(status.Deleted) {
				found(draft(s, status))
			}
		}
	}
	return nil
}

func draft(s *aws.Session, status types.DomainStatus) *source.Draft[Domain] {
	d := &source.Draft[Domain]{ID: aws.Value(status.ARN), Name: aws.Value(status.DomainName)}
	c := &d.Config
	c.Engine, c.EngineVersion, _ = strings.Cut(aws.Value(status.EngineVersion), "_")
	if v := status.VPCOptions; v != nil {
		c.VPC, c.Subnets, c.SecurityGroups = aws.Value(v.VPCId), v.SubnetIds, v.SecurityGroupIds
		for _, id := range v.SecurityGroupIds {
			d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
		}
		for _, id := range v.SubnetIds {
			d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+id))
		}
	}
	if e := status.EncryptionAtRestOptions; e != nil {
		c.EncryptedAtRest, c.KMSKey = aws.Value(e.Enabled), aws.Value(e.KmsKeyId)
		d.Relate(estate.EncryptedBy, kms.KeyARN(s, c.KMSKey))
	}
	if n := status.NodeToNodeEncryptionOptions; n != nil {
		c.NodeToNode = aws.Value(n.Enabled)
	}
	if e := status.DomainEndpointOptions; e != nil {
		c.EnforceHTTPS, c.TLSPolicy = aws.Value(e.EnforceHTTPS), string(e.TLSSecurityPolicy)
	}
	if a := status.AdvancedSecurityOptions; a != nil {
		c.FineGrained, c.InternalUsers, c.Anonymous = aws.Value(a.Enabled), aws.Value(a.InternalUserDatabaseEnabled), aws.Value(a.AnonymousAuthEnabled)
	}
	if o := status.CognitoOptions; o != nil {
		c.CognitoLogin = aws.Value(o.Enabled)
	}
	fillOperation(d, status)
	return d
}
