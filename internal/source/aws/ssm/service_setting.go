package ssm

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ServiceSetting is a setting of Systems Manager for the whole account and region.
type ServiceSetting struct {
	// Setting is its path, such as /ssm/documents/console/public-sharing-permission.
	Setting string `json:"setting"`
	// Value is what it is set to; empty when it was never set and has no default.
	Value string `json:"value"`
}

// settings are the settings that decide something.
var settings = []string{
	"/ssm/automation/customer-script-log-destination",
	"/ssm/documents/console/public-sharing-permission",
	"/ssm/managed-instance/default-ec2-instance-management-role",
}

var serviceSetting = source.Type[*aws.Session, ServiceSetting]{
	Name:     "aws_ssm_service_setting",
	Service:  "ssm",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "GetServiceSetting", Permission: "ssm:GetServiceSetting", Fills: []string{"value"}},
	},
	Refresh: []string{"UpdateServiceSetting", "ResetServiceSetting"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[ServiceSetting])) error {
		for _, path := range settings {
			d := &source.Draft[ServiceSetting]{ID: s.ARN("ssm", "servicesetting"+path), Name: path}
			d.Config.Setting = path
			found(d)
		}
		return nil
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ServiceSetting]) error {
		d.Try("value", func() error {
			out, err := client(s).GetServiceSetting(ctx, &sdk.GetServiceSettingInput{SettingId: &d.Config.Setting})
			if err != nil {
				return aws.Absent(err, "ServiceSettingNotFound")
			}
			setting, err := aws.Told(out.ServiceSetting, "the setting")
			d.Config.Value = aws.Value(setting.SettingValue)
			return err
		})
		return nil
	},
}
