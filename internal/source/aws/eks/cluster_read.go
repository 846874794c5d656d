package eks

import (
	"context"
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func (c *Cluster) fill(k types.Cluster) {
	c.Version, c.Status, c.Role = aws.Value(k.Version), string(k.Status), aws.Value(k.RoleArn)
	c.DeletionProtection = aws.Value(k.DeletionProtection)
	c.ExtendedSupport = k.UpgradePolicy == nil || k.UpgradePolicy.SupportType != types.SupportTypeStandard
	c.network(k.ResourcesVpcConfig)
	for _, e := range k.EncryptionConfig {
		if slices.Contains(e.Resources, "secrets") && e.Provider != nil {
			c.SecretsKey = aws.Value(e.Provider.KeyArn)
			c.SecretsEncrypted = c.SecretsKey != ""
		}
	}
	if k.Logging != nil {
		for _, l := range k.Logging.ClusterLogging {
			if aws.Value(l.Enabled) {
				c.LogTypes = append(c.LogTypes, aws.Texts(l.Types)...)
			}
		}
		slices.Sort(c.LogTypes)
	}
	if a := k.AccessConfig; a != nil {
		c.AuthenticationMode, c.CreatorAdmin = string(a.AuthenticationMode), aws.Value(a.BootstrapClusterCreatorAdminPermissions)
	}
	if k.Identity != nil && k.Identity.Oidc != nil {
		c.OIDCIssuer = aws.Value(k.Identity.Oidc.Issuer)
	}
}

func (c *Cluster) network(v *types.VpcConfigResponse) {
	if v == nil {
		return
	}
	c.VPC, c.Subnets = aws.Value(v.VpcId), v.SubnetIds
	c.PublicEndpoint, c.PublicCIDRs, c.PrivateEndpoint = v.EndpointPublicAccess, v.PublicAccessCidrs, v.EndpointPrivateAccess
	if !v.EndpointPublicAccess {
		c.PublicCIDRs = nil
	}
	if g := aws.Value(v.ClusterSecurityGroupId); g != "" {
		c.SecurityGroups = append(c.SecurityGroups, g)
	}
	c.SecurityGroups = append(c.SecurityGroups, v.SecurityGroupIds...)
}

// supportOf returns the support of a version of Kubernetes.
func supportOf(ctx context.Context, s *aws.Session, version string) (Support, error) {
	versions, err := versionSupport(ctx, s)
	if err != nil {
		return Support{}, err
	}
	support, ok := versions[version]
	if !ok {
		return Support{}, estate.Errorf(estate.CodeUnavailable, "read the support of version "+version, "EKS does not list it")
	}
	return support, nil
}

// versionSupport returns the support of every version of Kubernetes that EKS knows.
func versionSupport(ctx context.Context, s *aws.Session) (map[string]Support, error) {
	return aws.Shared(s, "eks versions", func() (map[string]Support, error) {
		size, all := int32(100), true
		versions := map[string]Support{}
		pages := sdk.NewDescribeClusterVersionsPaginator(client(s), &sdk.DescribeClusterVersionsInput{MaxResults: &size, IncludeAll: &all})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, v := range page.ClusterVersions {
				versions[aws.Value(v.ClusterVersion)] = Support{
					Status: string(v.VersionStatus), StandardUntil: utc(v.EndOfStandardSupportDate), ExtendedUntil: utc(v.EndOfExtendedSupportDate),
				}
			}
		}
		return versions, nil
	})
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func clusterFacets(d *source.Draft[Cluster]) {
	c := d.Config
	d.Relate(estate.RunsAs, c.Role)
	d.Relate(estate.EncryptedBy, c.SecretsKey)
	arn := beside(d.ID)
	d.Relate(estate.MemberOf, arn("ec2", "vpc/", c.VPC))
	for _, n := range c.Subnets {
		d.Relate(estate.MemberOf, arn("ec2", "subnet/", n))
	}
	for _, g := range c.SecurityGroups {
		d.Relate(estate.GuardedBy, arn("ec2", "security-group/", g))
	}
	d.Offer(facet.Exposure{PublicEndpoint: d.Tri("public_endpoint", c.PublicEndpoint), AllowedRanges: nonNil(c.PublicCIDRs), Ports: []int{443}}, "public_cidrs")
	d.Offer(facet.Encryption{
		AtRest: estate.Yes, CustomerKey: d.Tri("secrets_encrypted", c.SecretsEncrypted), KeyID: c.SecretsKey, InTransit: estate.Yes,
	})
	logging := facet.Logging{Enabled: d.Tri("log_types", slices.Contains(c.LogTypes, "audit"))}
	if len(c.LogTypes) > 0 {
		logging.Target = "/aws/eks/" + d.Name + "/cluster"
		d.Relate(estate.LogsTo, arn("logs", "log-group:", logging.Target))
	}
	d.Offer(logging)
}

func nonNil(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
