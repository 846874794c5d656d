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
// never switched on. Macie answers there as it does to a caller without permission,
// so that its settings are then unknown.
type Account struct {
	// Enabled is whether Macie works; false while it is paused.
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
	d.Try("enabled", func() error {
		out, err := client(s).GetMacieSession(ctx, &sdk.GetMacieSessionInput{})
		if err != nil {
			return aws.Absent(err, "ResourceNotFoundException")
		}
		d.Config.Enabled = out.Status == types.MacieStatusEnabled
		return nil
	})
	d.Try("automated_discovery", func() error {
		out, err := client(s).GetAutomatedDiscoveryConfiguration(ctx, &sdk.GetAutomatedDiscoveryConfigurationInput{})
		if err != nil {
			return err
		}
		d.Config.AutomatedDiscovery = out.Status == types.AutomatedDiscoveryStatusEnabled
		return nil
	})
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	return nil
}
