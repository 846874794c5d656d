package macie2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/macie2"
	"github.com/aws/aws-sdk-go-v2/service/macie2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Account is Macie in one region. There is one for every region, also where it was
// never switched on.
type Account struct {
	// Enabled is whether Macie works; false while it is paused, and where it is off.
	Enabled bool `json:"enabled"`
	// AutomatedDiscovery is whether it looks for sensitive data in samples of all
	// buckets every day.
	AutomatedDiscovery bool `json:"automated_discovery"`
}

var account = source.Type[*aws.Session, Account]{
	Name:     "aws_macie2_account",
	Service:  "macie2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "GetMacieSession", Permission: "macie2:GetMacieSession", Fills: []string{"enabled"}},
		{Op: "GetAutomatedDiscoveryConfiguration", Permission: "macie2:GetAutomatedDiscoveryConfiguration", Fills: []string{"automated_discovery"}},
	},
	Refresh: []string{"EnableMacie", "DisableMacie", "UpdateMacieSession", "UpdateAutomatedDiscoveryConfiguration"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Account])) error {
		found(&source.Draft[Account]{ID: s.ARN("macie2", "account"), Name: s.Region})
		return nil
	},
	Detail: readAccount,
}

func readAccount(ctx context.Context, s *aws.Session, d *source.Draft[Account]) error {
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	off := false
	d.Try("enabled", func() error {
		out, err := client(s).GetMacieSession(ctx, &sdk.GetMacieSessionInput{})
		if off = switchedOff(err); off {
			return nil
		}
		if err != nil {
			return err
		}
		status, err := aws.ToldText(out.Status, "whether Macie works")
		d.Config.Enabled = status == types.MacieStatusEnabled
		return err
	})
	if off {
		return nil // discovery cannot be on either
	}
	d.Try("automated_discovery", func() error {
		out, err := client(s).GetAutomatedDiscoveryConfiguration(ctx, &sdk.GetAutomatedDiscoveryConfigurationInput{})
		if switchedOff(err) {
			return nil
		}
		if err != nil {
			return err
		}
		status, err := aws.ToldText(out.Status, "whether discovery works")
		d.Config.AutomatedDiscovery = status == types.AutomatedDiscoveryStatusEnabled
		return err
	})
	return nil
}

// switchedOff reports whether Macie says that it is off in the region. It does so with
// the code of a refusal, whose message then names the caller and the action instead;
// AWS's own handler of AWS::Macie::Session tells them apart the same way.
func switchedOff(err error) bool {
	return aws.IsCode(err, "ResourceNotFoundException") || aws.Says(err, "AccessDeniedException", "Macie is not enabled.") ||
		aws.Says(err, "AccessDeniedException", "Macie is not enabled")
}
