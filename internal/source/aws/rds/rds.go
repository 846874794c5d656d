// Package rds collects Amazon RDS and what speaks its API: Aurora, DocumentDB and
// Neptune.
package rds

import (
	sdk "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Kinds returns the resource types of the service.
func Kinds() []source.Kind[*aws.Session] {
	return []source.Kind[*aws.Session]{
		clusterSnapshot, eventSubscription, dbInstance, parameterGroup, proxy, dbSnapshot,
		subnetGroup, docDBCluster, neptuneCluster, rdsCluster,
	}
}

func client(s *aws.Session) *sdk.Client { return aws.Client(s, sdk.NewFromConfig) }

// pageSize is the largest that the lists of RDS take.
func pageSize() *int32 {
	n := int32(100)
	return &n
}

func tags(list []types.Tag) map[string]string {
	return aws.Tags(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// firewalls returns the ids of security groups and adds an edge to each.
func firewalls(s *aws.Session, list []types.VpcSecurityGroupMembership, guard func(id string)) []string {
	var ids []string
	for _, g := range list {
		id := aws.Value(g.VpcSecurityGroupId)
		ids = append(ids, id)
		guard(s.ARN("ec2", "security-group/"+id))
	}
	return ids
}

// ports is empty while no port is known, as before a database has an address.
func ports(port int) []int {
	if port == 0 {
		return []int{}
	}
	return []int{port}
}

// keyOf returns the key of what is encrypted; empty otherwise, whatever is named.
func keyOf(encrypted *bool, key *string) string {
	if !aws.Value(encrypted) {
		return ""
	}
	return aws.Value(key)
}
