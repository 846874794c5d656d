package iam

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// VirtualMFADevice is a second factor in an app. AWS lists no tags of them.
type VirtualMFADevice struct {
	// Owner is the ARN of the user it is registered for, or of the account's root user;
	// empty when it was made and never registered.
	Owner string `json:"owner"`
	// Enabled is when it was registered; absent when it was not.
	Enabled *time.Time `json:"enabled,omitempty"`
}

var virtualMFADevice = source.Type[*aws.Session, VirtualMFADevice]{
	Name:       "aws_iam_virtual_mfa_device",
	Service:    "iam",
	Locality:   source.Global,
	TagsUntold: true,
	Calls:      []source.Call{{Op: "ListVirtualMFADevices", Permission: "iam:ListVirtualMFADevices"}},
	Refresh:    []string{"CreateVirtualMFADevice", "DeleteVirtualMFADevice", "EnableMFADevice", "DeactivateMFADevice"},
	List:       listVirtualMFADevices,
}

func listVirtualMFADevices(ctx context.Context, s *aws.Session, found func(*source.Draft[VirtualMFADevice])) error {
	pages := sdk.NewListVirtualMFADevicesPaginator(client(s), &sdk.ListVirtualMFADevicesInput{AssignmentStatus: types.AssignmentStatusTypeAny, MaxItems: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, m := range page.VirtualMFADevices {
			d := &source.Draft[VirtualMFADevice]{ID: aws.Value(m.SerialNumber), Config: VirtualMFADevice{Enabled: utc(m.EnableDate)}}
			if m.User != nil {
				d.Config.Owner = aws.Value(m.User.Arn)
			}
			d.Relate(estate.AttachedTo, d.Config.Owner)
			found(d)
		}
	}
	return nil
}
