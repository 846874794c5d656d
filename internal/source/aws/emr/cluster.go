package emr

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/emr"
	"github.com/aws/aws-sdk-go-v2/service/emr/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Cluster is a running cluster of EMR.
type Cluster struct {
	// State is STARTING, BOOTSTRAPPING, RUNNING or WAITING.
	State string `json:"state"`
	// Settings are what only the cluster itself tells.
	Settings Settings `json:"settings"`
	// Security is what its security configuration asks for; absent when it names none.
	Security *Security `json:"security,omitempty"`
}

// Settings are what only the cluster itself tells.
type Settings struct {
	// Release is the version, such as emr-7.1.0.
	Release string `json:"release"`
	// MasterDNS is the name of the machine that leads; the public name in a public
	// subnet.
	MasterDNS string `json:"master_dns"`
	// LogURI is where its logs go; empty when they are kept nowhere.
	LogURI string `json:"log_uri"`
	// TerminationProtected is whether ending it takes a second step.
	TerminationProtected bool `json:"termination_protected"`
	// SecurityConfiguration is the name of its security configuration; empty for none.
	SecurityConfiguration string `json:"security_configuration"`
	// Subnet is the subnet it stands in.
	Subnet string `json:"subnet"`
	// MasterSecurityGroups are the ids of the firewalls of the machine that leads.
	MasterSecurityGroups []string `json:"master_security_groups"`
	// KeyPair is the SSH key of its machines; empty when there is none.
	KeyPair string `json:"key_pair"`
	// Kerberos is whether users are asked who they are.
	Kerberos bool `json:"kerberos"`
}

var cluster = source.Type[*aws.Session, Cluster]{
	Name:     "aws_emr_cluster",
	Service:  "emr",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "elasticmapreduce:ListClusters"},
		{Op: "DescribeCluster", Permission: "elasticmapreduce:DescribeCluster", Fills: []string{"settings", "security", "tags"}},
		{Op: "DescribeSecurityConfiguration", Permission: "elasticmapreduce:DescribeSecurityConfiguration", Fills: []string{"security"}},
	},
	Refresh: []string{"RunJobFlow", "TerminateJobFlows", "SetTerminationProtection", "AddTags", "RemoveTags", "CreateSecurityConfiguration"},
	List:    listClusters,
	Detail:  readCluster,
}

func listClusters(ctx context.Context, s *aws.Session, found func(*source.Draft[Cluster])) error {
	pages := sdk.NewListClustersPaginator(client(s), &sdk.ListClustersInput{ClusterStates: []types.ClusterState{
		types.ClusterStateStarting, types.ClusterStateBootstrapping, types.ClusterStateRunning, types.ClusterStateWaiting,
	}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.Clusters {
			d := &source.Draft[Cluster]{ID: aws.Value(c.ClusterArn), Name: aws.Value(c.Name)}
			if c.Status != nil {
				d.Config.State = string(c.Status.State)
			}
			found(d)
		}
	}
	return nil
}

func readCluster(ctx context.Context, s *aws.Session, d *source.Draft[Cluster]) error {
	id := idOf(d.ID)
	described := d.Try("settings", func() error {
		out, err := client(s).DescribeCluster(ctx, &sdk.DescribeClusterInput{ClusterId: &id})
		if err == nil && out.Cluster != nil {
			describe(s, d, *out.Cluster)
		}
		return err
	}, "security", "tags")
	name := d.Config.Settings.SecurityConfiguration
	if !described || name == "" {
		return nil
	}
	d.Try("security", func() error {
		found, err := securityConfiguration(ctx, s, name)
		d.Config.Security = found
		return err
	})
	return nil
}

func describe(s *aws.Session, d *source.Draft[Cluster], c types.Cluster) {
	d.Tags = aws.Tags(c.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
	into := &d.Config.Settings
	*into = Settings{
		Release: aws.Value(c.ReleaseLabel), MasterDNS: aws.Value(c.MasterPublicDnsName), LogURI: aws.Value(c.LogUri),
		TerminationProtected: aws.Value(c.TerminationProtected), SecurityConfiguration: aws.Value(c.SecurityConfiguration), Kerberos: c.KerberosAttributes != nil,
	}
	d.Relate(estate.EncryptedBy, aws.Value(c.LogEncryptionKmsKeyId))
	e := c.Ec2InstanceAttributes
	if e == nil {
		return
	}
	into.Subnet, into.KeyPair = aws.Value(e.Ec2SubnetId), aws.Value(e.Ec2KeyName)
	if into.Subnet != "" {
		d.Relate(estate.MemberOf, s.ARN("ec2", "subnet/"+into.Subnet))
	}
	for _, id := range append([]string{aws.Value(e.EmrManagedMasterSecurityGroup)}, e.AdditionalMasterSecurityGroups...) {
		if id != "" {
			into.MasterSecurityGroups = append(into.MasterSecurityGroups, id)
			d.Relate(estate.GuardedBy, s.ARN("ec2", "security-group/"+id))
		}
	}
}

// idOf returns what follows the last slash of an ARN.
func idOf(arn string) string {
	for i := len(arn) - 1; i >= 0; i-- {
		if arn[i] == '/' {
			return arn[i+1:]
		}
	}
	return arn
}
