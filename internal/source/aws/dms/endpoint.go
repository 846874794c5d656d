package dms

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/databasemigrationservice"
	"github.com/aws/aws-sdk-go-v2/service/databasemigrationservice/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Endpoint is a database that is copied from or to. How it signs in is not kept.
type Endpoint struct {
	// Direction is source or target.
	Direction string `json:"direction"`
	// Engine is the product, such as mysql, mongodb or s3.
	Engine string `json:"engine"`
	// Server is its address; empty for services of AWS.
	Server string `json:"server"`
	// Port is where it listens; 0 for services of AWS.
	Port int `json:"port"`
	// SSLMode is none, require (any certificate will do), verify-ca or verify-full.
	SSLMode string `json:"ssl_mode"`
	// Login is whether the engine is signed in to, as far as the settings of MongoDB
	// and Redis say; true for other engines.
	Login bool `json:"login"`
	// RedisTLS is whether Redis is spoken to over TLS; false for other engines.
	RedisTLS bool `json:"redis_tls"`
	// NeptuneIAM is whether Neptune is signed in to with AWS identities; false for
	// other engines.
	NeptuneIAM bool `json:"neptune_iam"`
	// KMSKey is the ARN of the key of its connection settings; empty when there is none.
	KMSKey string `json:"kms_key"`
}

var endpoint = source.Type[*aws.Session, Endpoint]{
	Name:     "aws_dms_endpoint",
	Service:  "dms",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeEndpoints", Permission: "dms:DescribeEndpoints"},
		{Op: "ListTagsForResource", Permission: "dms:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateEndpoint", "DeleteEndpoint", "ModifyEndpoint", "AddTagsToResource", "RemoveTagsFromResource"},
	Gone:    []string{"ResourceNotFoundFault"},
	List:    listEndpoints,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Endpoint]) error {
		readTags(ctx, s, d)
		return nil
	},
}

func listEndpoints(ctx context.Context, s *aws.Session, found func(*source.Draft[Endpoint])) error {
	size := int32(100)
	pages := sdk.NewDescribeEndpointsPaginator(client(s), &sdk.DescribeEndpointsInput{MaxRecords: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, e := range page.Endpoints {
			d := &source.Draft[Endpoint]{ID: aws.Value(e.EndpointArn), Name: aws.Value(e.EndpointIdentifier)}
			d.Config = endpointConfig(e)
			d.Relate(estate.EncryptedBy, d.Config.KMSKey)
			d.Relate(estate.RunsAs, aws.Value(e.ServiceAccessRoleArn))
			found(d)
		}
	}
	return nil
}

func endpointConfig(e types.Endpoint) Endpoint {
	c := Endpoint{
		Direction: string(e.EndpointType), Engine: aws.Value(e.EngineName), Server: aws.Value(e.ServerName), Port: int(aws.Value(e.Port)),
		SSLMode: string(e.SslMode), Login: true, KMSKey: aws.Value(e.KmsKeyId),
	}
	if m := e.MongoDbSettings; m != nil {
		c.Login = m.AuthType != types.AuthTypeValueNo
	}
	if r := e.RedisSettings; r != nil {
		c.Login = r.AuthType != types.RedisAuthTypeValueNone
		c.RedisTLS = r.SslSecurityProtocol != types.SslSecurityProtocolValuePlaintext
	}
	if n := e.NeptuneSettings; n != nil {
		c.NeptuneIAM = aws.Value(n.IamAuthEnabled)
	}
	return c
}
