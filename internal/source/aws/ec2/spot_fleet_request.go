package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// SpotFleetRequest asks for a fleet of spot machines. Requests that ended are left out.
type SpotFleetRequest struct {
	// State is submitted, active, modifying or one of the cancelled states with
	// machines left.
	State string `json:"state"`
	// Role is the ARN of the role that starts and ends the machines.
	Role string `json:"role"`
	// TargetCapacity is how many machines or units it aims for.
	TargetCapacity int `json:"target_capacity"`
	// LaunchTemplates are the ids of the templates its machines are started by; empty
	// when it says itself how.
	LaunchTemplates []string `json:"launch_templates"`
	// Disks are the disks it asks for itself, over all its launch specifications.
	Disks []ImageDisk `json:"disks"`
	// UserData is what machines are given at their start, over all its launch
	// specifications.
	UserData []UserData `json:"user_data"`
}

var spotFleetRequest = source.Type[*aws.Session, SpotFleetRequest]{
	Name:     "aws_spot_fleet_request",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeSpotFleetRequests", Permission: "ec2:DescribeSpotFleetRequests"},
	},
	Refresh: []string{
		"RequestSpotFleet", "ModifySpotFleetRequest", "CancelSpotFleetRequests", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[SpotFleetRequest])) error {
		pages := sdk.NewDescribeSpotFleetRequestsPaginator(client(s), &sdk.DescribeSpotFleetRequestsInput{MaxResults: pageSize()})
		return walk(ctx, pages, func(page *sdk.DescribeSpotFleetRequestsOutput) {
			for _, r := range page.SpotFleetRequestConfigs {
				if r.SpotFleetRequestState != types.BatchStateCancelled && r.SpotFleetRequestState != types.BatchStateFailed {
					found(draftSpotFleetRequest(s, r))
				}
			}
		})
	},
}

func draftSpotFleetRequest(s *aws.Session, r types.SpotFleetRequestConfig) *source.Draft[SpotFleetRequest] {
	id := aws.Value(r.SpotFleetRequestId)
	d := &source.Draft[SpotFleetRequest]{
		ID: s.ARN("ec2", "spot-fleet-request/"+id), Name: nameOf(r.Tags, id), Tags: tags(r.Tags), Created: aws.Value(r.CreateTime).In(time.UTC),
	}
	d.Config = SpotFleetRequest{State: string(r.SpotFleetRequestState), LaunchTemplates: []string{}, Disks: []ImageDisk{}, UserData: []UserData{}}
	if c := r.SpotFleetRequestConfig; c != nil {
		d.Config.Role, d.Config.TargetCapacity = aws.Value(c.IamFleetRole), int(aws.Value(c.TargetCapacity))
		for _, t := range c.LaunchTemplateConfigs {
			if t.LaunchTemplateSpecification != nil {
				d.Config.LaunchTemplates = present(d.Config.LaunchTemplates, t.LaunchTemplateSpecification.LaunchTemplateId)
				d.Relate(estate.SourcedFrom, arn(s, "launch-template", aws.Value(t.LaunchTemplateSpecification.LaunchTemplateId)))
			}
		}
		for _, l := range c.LaunchSpecifications {
			d.Config.specification(l)
			d.Relate(estate.RunsImage, unownedARN(s, "image", aws.Value(l.ImageId)))
		}
	}
	d.Relate(estate.RunsAs, d.Config.Role)
	return d
}

// specification adds what one launch specification asks for.
func (c *SpotFleetRequest) specification(l types.SpotFleetLaunchSpecification) {
	c.UserData = append(c.UserData, ReadUserData(aws.Value(l.UserData)))
	for _, m := range l.BlockDeviceMappings {
		if m.Ebs != nil {
			c.Disks = append(c.Disks, ImageDisk{
				Device: aws.Value(m.DeviceName), Encrypted: aws.Value(m.Ebs.Encrypted), Snapshot: aws.Value(m.Ebs.SnapshotId),
			})
		}
	}
}
