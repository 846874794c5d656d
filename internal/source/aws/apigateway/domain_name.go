package apigateway

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// DomainName is a domain name of the customer's at which APIs of either kind answer.
type DomainName struct {
	// Endpoints are the kinds of its door: EDGE and REGIONAL are on the internet, PRIVATE is
	// within networks only.
	Endpoints []string `json:"endpoints"`
	// SecurityPolicy is the set of TLS versions and ciphers it speaks: TLS_1_0, TLS_1_2 or a
	// newer set by its name.
	SecurityPolicy string `json:"security_policy"`
	// Certificate is its certificate; empty when it has none yet.
	Certificate string `json:"certificate"`
	// MutualTLS is whether callers must show a certificate too.
	MutualTLS bool `json:"mutual_tls"`
}

var domainName = source.Type[*aws.Session, DomainName]{
	Name:     "aws_api_gateway_domain_name",
	Service:  "apigateway",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetDomainNames", Permission: "apigateway:GET"},
	},
	Refresh: []string{"CreateDomainName", "UpdateDomainName", "DeleteDomainName"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[DomainName])) error {
		size := int32(500)
		pages := sdk.NewGetDomainNamesPaginator(client(s), &sdk.GetDomainNamesInput{Limit: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, n := range page.Items {
				found(draftDomainName(s, n))
			}
		}
		return nil
	},
	Facets: func(d *source.Draft[DomainName]) {
		public := len(d.Config.Endpoints) != 1 || d.Config.Endpoints[0] != string(types.EndpointTypePrivate)
		d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(public), AllowedRanges: []string{}, Ports: []int{443}})
	},
}

func draftDomainName(s *aws.Session, n types.DomainName) *source.Draft[DomainName] {
	d := &source.Draft[DomainName]{ID: aws.Value(n.DomainNameArn), Name: aws.Value(n.DomainName), Tags: n.Tags}
	if d.ID == "" {
		d.ID = arn(s, "domainnames/"+d.Name)
	}
	certificate := aws.Value(n.RegionalCertificateArn)
	if certificate == "" {
		certificate = aws.Value(n.CertificateArn)
	}
	d.Config = DomainName{SecurityPolicy: string(n.SecurityPolicy), Certificate: certificate, MutualTLS: n.MutualTlsAuthentication != nil}
	if n.EndpointConfiguration != nil {
		d.Config.Endpoints = aws.Texts(n.EndpointConfiguration.Types)
	}
	return d
}
