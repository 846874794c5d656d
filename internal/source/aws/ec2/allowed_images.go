package ec2

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// AllowedImages says whose images machines of the region may be started from. The
// account's own images are always allowed.
type AllowedImages struct {
	// State is enabled, audit-mode (all are allowed and those that would not be are
	// marked) or disabled.
	State string `json:"state"`
	// Providers are the accounts and names (amazon, aws-marketplace,
	// aws-backup-vault) whose images are allowed, over all criteria; "none" is none.
	Providers []string `json:"providers"`
	// ByPolicy is whether the organization decides it and not the account.
	ByPolicy bool `json:"by_policy"`
}

var allowedImages = source.Type[*aws.Session, AllowedImages]{
	Name:     "aws_ec2_allowed_images_settings",
	Service:  "ec2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetAllowedImagesSettings", Permission: "ec2:GetAllowedImagesSettings", Fills: []string{"state", "providers", "by_policy"}},
	},
	Refresh: []string{"EnableAllowedImagesSettings", "DisableAllowedImagesSettings", "ReplaceImageCriteriaInAllowedImagesSettings"},
	List:    oneForRegion[AllowedImages]("allowed-images-settings"),
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[AllowedImages]) error {
		d.Try("state", func() error {
			out, err := client(s).GetAllowedImagesSettings(ctx, &sdk.GetAllowedImagesSettingsInput{})
			if err != nil {
				return err
			}
			state, err := aws.ToldText(aws.Value(out.State), "the state of the setting")
			d.Config = AllowedImages{State: state, Providers: []string{}, ByPolicy: out.ManagedBy == types.ManagedByDeclarativePolicy}
			for _, c := range out.ImageCriteria {
				d.Config.Providers = append(d.Config.Providers, c.ImageProviders...)
			}
			slices.Sort(d.Config.Providers)
			d.Config.Providers = slices.Compact(d.Config.Providers)
			return err
		}, "providers", "by_policy")
		return nil
	},
}
