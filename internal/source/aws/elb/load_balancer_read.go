package elb

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readLoadBalancer(ctx context.Context, s *aws.Session, d *source.Draft[LoadBalancer]) error {
	name, batch := d.Name, d.Config.batch
	d.Config.batch = nil
	d.Try("attributes", func() error {
		out, err := client(s).DescribeLoadBalancerAttributes(ctx, &sdk.DescribeLoadBalancerAttributesInput{LoadBalancerName: &name})
		if err == nil && out.LoadBalancerAttributes != nil {
			d.Config.Attributes = attributes(*out.LoadBalancerAttributes)
		}
		return err
	})
	if bucket := d.Config.Attributes.AccessLogBucket; bucket != "" {
		d.Relate(estate.LogsTo, "arn:"+s.Partition+":s3:::"+bucket)
	}
	if slices.ContainsFunc(d.Config.Listeners, encrypted) {
		d.Try("tls_policies", func() error {
			out, err := client(s).DescribeLoadBalancerPolicies(ctx, &sdk.DescribeLoadBalancerPoliciesInput{LoadBalancerName: &name})
			if err == nil {
				d.Config.TLSPolicies = tlsPolicies(out.PolicyDescriptions)
			}
			return err
		})
	}
	d.Try("tags", func() (err error) {
		d.Tags, err = batch.read(ctx, s, name)
		return err
	})
	return nil
}

// encrypted reports whether clients speak TLS to the listener.
func encrypted(l Listener) bool { return l.Protocol == "HTTPS" || l.Protocol == "SSL" }

func attributes(a types.LoadBalancerAttributes) Attributes {
	out := Attributes{
		CrossZone:          a.CrossZoneLoadBalancing != nil && a.CrossZoneLoadBalancing.Enabled,
		ConnectionDraining: a.ConnectionDraining != nil && a.ConnectionDraining.Enabled,
	}
	if a.AccessLog != nil && a.AccessLog.Enabled {
		out.AccessLogs, out.AccessLogBucket = true, aws.Value(a.AccessLog.S3BucketName)
	}
	if a.ConnectionSettings != nil {
		out.IdleTimeoutSeconds = int(aws.Value(a.ConnectionSettings.IdleTimeout))
	}
	for _, extra := range a.AdditionalAttributes {
		if aws.Value(extra.Key) == "elb.http.desyncmitigationmode" {
			out.DesyncMode = aws.Value(extra.Value)
		}
	}
	return out
}

func tlsPolicies(list []types.PolicyDescription) []TLSPolicy {
	out := []TLSPolicy{}
	for _, p := range list {
		if aws.Value(p.PolicyTypeName) == "SSLNegotiationPolicyType" {
			out = append(out, tlsPolicy(p))
		}
	}
	return out
}

func tlsPolicy(p types.PolicyDescription) TLSPolicy {
	out := TLSPolicy{Name: aws.Value(p.PolicyName), Versions: []string{}, WeakCiphers: []string{}}
	for _, a := range p.PolicyAttributeDescriptions {
		name, value := aws.Value(a.AttributeName), aws.Value(a.AttributeValue)
		switch {
		case name == "Reference-Security-Policy":
			out.Reference = value
		case value != "true":
		case strings.HasPrefix(name, "Protocol-"):
			out.Versions = append(out.Versions, name)
		case weak(name):
			out.WeakCiphers = append(out.WeakCiphers, name)
		}
	}
	slices.Sort(out.Versions)
	slices.Sort(out.WeakCiphers)
	return out
}

// weak reports whether a cipher, as OpenSSL names it, is broken.
func weak(cipher string) bool {
	for _, part := range strings.Split(cipher, "-") {
		if strings.HasPrefix(part, "EXP") {
			return true
		}
		switch part {
		case "RC4", "RC2", "DES", "CBC3", "NULL", "ADH", "AECDH", "MD5", "IDEA", "SEED":
			return true
		}
	}
	return false
}
