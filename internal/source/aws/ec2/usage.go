package ec2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// usage says what of a region some network interface stands in or carries.
type usage struct {
	groups, networks map[string]bool
}

// networkUsage reads the network interfaces of the region once for all who ask
// whether something is used.
func networkUsage(ctx context.Context, s *aws.Session) (usage, error) {
	return aws.Shared(s, "ec2 network usage", func() (usage, error) {
		u := usage{groups: map[string]bool{}, networks: map[string]bool{}}
		pages := sdk.NewDescribeNetworkInterfacesPaginator(client(s), &sdk.DescribeNetworkInterfacesInput{MaxResults: pageSize()})
		err := walk(ctx, pages, func(page *sdk.DescribeNetworkInterfacesOutput) {
			for _, i := range page.NetworkInterfaces {
				u.networks[aws.Value(i.VpcId)] = true
				for _, g := range i.Groups {
					u.groups[aws.Value(g.GroupId)] = true
				}
			}
		})
		return u, err
	})
}

// flowLogsOf returns the active flow logs of the region by what they watch: a VPC, a
// subnet, a network interface or a transit gateway. It is read once for all who ask.
func flowLogsOf(ctx context.Context, s *aws.Session, resource string) ([]types.FlowLog, error) {
	all, err := aws.Shared(s, "ec2 flow logs", func() (map[string][]types.FlowLog, error) {
		logs := map[string][]types.FlowLog{}
		pages := sdk.NewDescribeFlowLogsPaginator(client(s), &sdk.DescribeFlowLogsInput{MaxResults: pageSize()})
		err := walk(ctx, pages, func(page *sdk.DescribeFlowLogsOutput) {
			for _, l := range page.FlowLogs {
				if aws.Value(l.FlowLogStatus) == "ACTIVE" {
					logs[aws.Value(l.ResourceId)] = append(logs[aws.Value(l.ResourceId)], l)
				}
			}
		})
		return logs, err
	})
	return all[resource], err
}
