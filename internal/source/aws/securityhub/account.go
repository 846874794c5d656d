package securityhub

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/securityhub"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Account is Security Hub CSPM in one region. There is one for every region, also
// where it was never switched on.
type Account struct {
	// Hub is whether and how it works.
	Hub Hub `json:"hub"`
	// Standards are the security standards it holds the account against; empty when
	// there are none.
	Standards []Standard `json:"standards"`
}

// Hub is whether and how Security Hub CSPM works.
type Hub struct {
	// Enabled is whether it is switched on.
	Enabled bool `json:"enabled"`
	// AutoEnableControls is whether new controls of a standard are switched on by
	// themselves.
	AutoEnableControls bool `json:"auto_enable_controls"`
	// Consolidated is whether a control makes one finding for all standards.
	Consolidated bool `json:"consolidated"`
}

// Standard is a security standard that is switched on.
type Standard struct {
	// ARN names the standard and its version.
	ARN string `json:"arn"`
	// Status is READY, PENDING, INCOMPLETE, FAILED or DELETING.
	Status string `json:"status"`
}

// off are the codes by which Security Hub says that it is not switched on; a missing
// permission has another one.
var off = []string{"InvalidAccessException", "ResourceNotFoundException"}

var account = source.Type[*aws.Session, Account]{
	Name:     "aws_securityhub_account",
	Service:  "securityhub",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "DescribeHub", Permission: "securityhub:DescribeHub", Fills: []string{"hub"}},
		{Op: "GetEnabledStandards", Permission: "securityhub:GetEnabledStandards", Fills: []string{"standards"}},
	},
	Refresh: []string{
		"EnableSecurityHub", "DisableSecurityHub", "UpdateSecurityHubConfiguration", "BatchEnableStandards", "BatchDisableStandards",
	},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Account])) error {
		found(&source.Draft[Account]{ID: s.ARN("securityhub", "hub/default"), Name: s.Region})
		return nil
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Account]) error {
		d.Try("hub", func() error { return readHub(ctx, s, &d.Config.Hub) })
		d.Try("standards", func() error { return readStandards(ctx, s, &d.Config) })
		d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
		return nil
	},
}

func readHub(ctx context.Context, s *aws.Session, hub *Hub) error {
	out, err := client(s).DescribeHub(ctx, &sdk.DescribeHubInput{})
	if err != nil {
		return aws.Absent(err, off...)
	}
	arn, err := aws.ToldText(aws.Value(out.HubArn), "the hub")
	*hub = Hub{
		Enabled: arn != "", AutoEnableControls: aws.Value(out.AutoEnableControls),
		Consolidated: out.ControlFindingGenerator == "SECURITY_CONTROL",
	}
	return err
}

func readStandards(ctx context.Context, s *aws.Session, into *Account) error {
	size := int32(100)
	pages := sdk.NewGetEnabledStandardsPaginator(client(s), &sdk.GetEnabledStandardsInput{MaxResults: &size})
	var all []Standard
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return aws.Absent(err, off...)
		}
		for _, st := range page.StandardsSubscriptions {
			all = append(all, Standard{ARN: aws.Value(st.StandardsArn), Status: string(st.StandardsStatus)})
		}
	}
	into.Standards = all
	return nil
}
