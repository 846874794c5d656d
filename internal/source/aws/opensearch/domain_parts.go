package opensearch

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// fillOperation fills in the policy, the logs, the nodes and the software.
func fillOperation(d *source.Draft[Domain], status types.DomainStatus) {
	c := &d.Config
	if text := aws.Value(status.AccessPolicies); text != "" {
		d.Try("policy", func() (err error) {
			c.Policy, err = policydoc.Parse(text)
			return err
		})
	}
	for kind, l := range status.LogPublishingOptions {
		if aws.Value(l.Enabled) {
			c.Logs = append(c.Logs, kind)
			d.Relate(estate.LogsTo, aws.Value(l.CloudWatchLogsLogGroupArn))
		}
	}
	slices.Sort(c.Logs)
	if n := status.ClusterConfig; n != nil {
		c.DataNodes, c.ZoneAwareness = int(aws.Value(n.InstanceCount)), aws.Value(n.ZoneAwarenessEnabled)
		if aws.Value(n.DedicatedMasterEnabled) {
			c.MasterNodes = int(aws.Value(n.DedicatedMasterCount))
		}
	}
	if o := status.ServiceSoftwareOptions; o != nil {
		c.UpdateAvailable = aws.Value(o.UpdateAvailable)
	}
	if o := status.SoftwareUpdateOptions; o != nil {
		c.AutoUpdate = aws.Value(o.AutoSoftwareUpdateEnabled)
	}
}

// passwordLogin is open without users: the access policy then decides who gets in, and
// may let in those who do not sign in at all.
func passwordLogin(c Domain) estate.Tri {
	if !c.FineGrained {
		return estate.Maybe
	}
	return estate.TriOf(c.InternalUsers)
}

func domainFacets(d *source.Draft[Domain]) {
	c := d.Config
	customer := estate.Maybe // the ARN of a key does not tell whose it is
	if !c.EncryptedAtRest {
		customer = estate.No
	}
	d.Offer(facet.Encryption{AtRest: estate.TriOf(c.EncryptedAtRest), CustomerKey: customer, KeyID: c.KMSKey, InTransit: estate.TriOf(c.EnforceHTTPS)})
	// The service keeps snapshots for 14 days (hourly ones since version 5.3) and lets
	// nobody turn them off.
	d.Offer(facet.Backup{Automated: estate.Yes, RetentionDays: 14, PointInTime: estate.No, DeletionProtected: estate.No})
	d.Offer(facet.DataStore{
		Kind: "search", Engine: strings.ToLower(c.Engine), Version: c.EngineVersion, Versioned: estate.No,
		PasswordLogin: passwordLogin(c),
	})
	d.Offer(facet.Exposure{PublicEndpoint: estate.TriOf(c.VPC == ""), AllowedRanges: []string{}, Ports: []int{443}})
	d.Offer(facet.Logging{Enabled: estate.TriOf(slices.Contains(c.Logs, "AUDIT_LOGS"))})
	f := facet.AccessPolicy{Documents: []policydoc.Document{}, Grants: []facet.Grant{}, PolicyBlocked: estate.TriOf(c.VPC != ""), ListBlocked: estate.No, Enforced: estate.TriOf(c.VPC != "")}
	if c.Policy != nil {
		f.Documents = append(f.Documents, *c.Policy)
	}
	d.Offer(f)
	d.Carry("policy", "facets.access_policy.documents")
}
