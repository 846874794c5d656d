package kafka

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Cluster is a cluster of Kafka. It is always encrypted at rest.
type Cluster struct {
	// Kind is PROVISIONED or SERVERLESS. Serverless ones only speak TLS and only to
	// AWS identities.
	Kind string `json:"kind"`
	// State is ACTIVE when it can be used.
	State string `json:"state"`
	// KafkaVersion is the version of Kafka; empty for serverless ones.
	KafkaVersion string `json:"kafka_version"`
	// KMSKey is the ARN of the key; empty for serverless ones.
	KMSKey string `json:"kms_key"`
	// ClientEncryption is how clients speak to it: TLS, TLS_PLAINTEXT (either) or
	// PLAINTEXT.
	ClientEncryption string `json:"client_encryption"`
	// EncryptedInside is whether brokers speak TLS to each other.
	EncryptedInside bool `json:"encrypted_inside"`
	// Login are the ways in which clients say who they are.
	Login Login `json:"login"`
	// PublicAccess is whether it has addresses on the internet.
	PublicAccess bool `json:"public_access"`
	// Monitoring is how much is measured: DEFAULT, PER_BROKER, PER_TOPIC_PER_BROKER or
	// PER_TOPIC_PER_PARTITION; empty for serverless ones.
	Monitoring string `json:"monitoring"`
	// Logs are where logs of brokers go: cloudwatch, firehose, s3. Empty when nowhere.
	Logs []string `json:"logs"`
	// Brokers is how many brokers it has; 0 for serverless ones.
	Brokers int `json:"brokers"`
	// Subnets are the ids of its subnets.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
	// Policy is the resource policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

// Login are the ways in which clients say who they are.
type Login struct {
	// IAM is whether AWS identities sign in.
	IAM bool `json:"iam"`
	// SCRAM is whether users with passwords sign in.
	SCRAM bool `json:"scram"`
	// Certificates is whether clients show certificates.
	Certificates bool `json:"certificates"`
	// Unauthenticated is whether clients need not say who they are.
	Unauthenticated bool `json:"unauthenticated"`
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_msk_cluster",
	Service:  "kafka",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClustersV2", Permission: "kafka:ListClustersV2"},
		{Op: "GetClusterPolicy", Permission: "kafka:GetClusterPolicy", Fills: []string{"policy"}},
	},
	Refresh: []string{
		"CreateCluster", "CreateClusterV2", "DeleteCluster", "UpdateSecurity", "UpdateConnectivity", "UpdateMonitoring",
		"UpdateClusterKafkaVersion", "PutClusterPolicy", "DeleteClusterPolicy", "TagResource", "UntagResource",
	},
	List: listClusters,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
		d.Try("policy", func() error {
			out, err := client(s).GetClusterPolicy(ctx, &sdk.GetClusterPolicyInput{ClusterArn: &d.ID})
			if err != nil {
				return aws.Absent(err, "NotFoundException")
			}
			d.Config.Policy, err = policydoc.Parse(aws.Value(out.Policy))
			return err
		})
		return nil
	},
	Facets: clusterFacets,
}

func listClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	size := int32(100)
	pages := sdk.NewListClustersV2Paginator(client(s), &sdk.ListClustersV2Input{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.ClusterInfoList {
			found(draft(s, c))
		}
	}
	return nil
}

func draft(s *aws.Session, c types.Cluster) *source.Draft[Cluster] {
	d := &source.Draft[Cluster]{ID: aws.Value(c.ClusterArn), Name: aws.Value(c.ClusterName), Tags: c.Tags, Created: aws.Value(c.CreationTime).In(time.UTC)}
	d.Config.Kind, d.Config.State = string(c.ClusterType), string(c.State)
	if c.Serverless != nil {
		fillServerless(&d.Config, *c.Serverless)
	}
	if c.Provisioned != nil {
		fillProvisioned(&d.Config, *c.Provisioned)
	}
	d.Relate(estate.EncryptedBy, d.Config.KMSKey)
	for _, id := range d.Config.SecurityGroups {
		d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
	}
	for _, id := range d.Config.Subnets {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+id))
	}
	return d
}

func clusterFacets(d *source.Draft[Cluster]) {
	c := d.Config
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if c.KMSKey == "" {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: customer, KeyID: c.KMSKey, InTransit: estate.TriOf(c.ClientEncryption == string(types.ClientBrokerTls))})
	d.Offer(facet.DataStore{Kind: "stream", Engine: "kafka", Version: c.KafkaVersion, Versioned: estate.No, PasswordLogin: estate.TriOf(c.Login.SCRAM || c.Login.Unauthenticated)})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.PublicAccess), AllowedRanges: []string{}, Ports: []int{}})
	d.Offer(facet.Logging{Enabled: estate.TriOf(len(c.Logs) > 0)})
	d.OfferPolicy("policy", c.Policy)
}
