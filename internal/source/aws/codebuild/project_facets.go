package codebuild

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
)

func projectFacets(d *source.Draft[Project]) {
	c := d.Config
	d.Relate(estate.RunsAs, c.Role)
	d.Relate(estate.RunsImage, c.Image)
	d.Relate(estate.EncryptedBy, sibling(d.ID, "kms", c.EncryptionKey, ""))
	d.Relate(estate.LogsTo, sibling(d.ID, "logs", c.LogGroup, "log-group:"))
	d.Relate(estate.LogsTo, bucketARN(c.LogBucket))
	d.Relate(estate.MemberOf, sibling(d.ID, "ec2", c.VPC, "vpc/"))
	for _, g := range c.SecurityGroups {
		d.Relate(estate.GuardedBy, sibling(d.ID, "ec2", g, "security-group/"))
	}
	target := c.LogGroup
	if target == "" {
		target = c.LogBucket
	}
	d.Offer(facet.Logging{Enabled: estate.TriOf(target != ""), Target: target})
	plain := slices.ContainsFunc(c.Artifacts, func(a Artifact) bool { return a.Kind == "S3" && !a.Encrypted })
	d.Offer(facet.Encryption{AtRest: estate.TriOf(!plain), CustomerKey: customerKey(c.EncryptionKey), KeyID: c.EncryptionKey})
	d.Offer(facet.Compute{
		Running: estate.Maybe, PublicAddresses: []string{}, Networks: nonNil(c.Subnets), Firewalls: nonNil(c.SecurityGroups), RunsAs: c.Role, Image: c.Image,
	})
}

func customerKey(key string) estate.Tri {
	return estate.TriOf(key != "" && !strings.HasSuffix(key, "alias/aws/s3"))
}

// bucketARN returns the bucket of a place such as bucket/path, or its ARN.
func bucketARN(place string) string {
	place = place[strings.LastIndex(place, ":")+1:]
	bucket, _, _ := strings.Cut(place, "/")
	if bucket == "" {
		return ""
	}
	return "arn:aws:s3:::" + bucket
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// sibling completes the name of something of another service to the ARN it has beside
// arn. A name that is an ARN already, or empty, comes back as it is.
func sibling(arn, service, name, kind string) string {
	parts := strings.SplitN(arn, ":", 6)
	if name == "" || strings.HasPrefix(name, "arn:") || len(parts) < 6 {
		return name
	}
	return strings.Join([]string{"arn", parts[1], service, parts[3], parts[4], kind + name}, ":")
}
