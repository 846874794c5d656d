package guardduty

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Detector is what GuardDuty watches in one region. There is one for every region,
// also where GuardDuty was never switched on.
type Detector struct {
	// Detector is the id of the region's detector; empty when there is none.
	Detector string `json:"detector"`
	// Protection is what it looks at; all false when there is no detector.
	Protection Protection `json:"protection"`
	// Administrator is the account that manages GuardDuty for this one; empty when it is
	// managed here.
	Administrator string `json:"administrator"`
}

// Protection is what a detector looks at.
type Protection struct {
	// Enabled is whether the detector works; a suspended one does not, whatever else
	// is switched on.
	Enabled bool `json:"enabled"`
	// S3 is whether it looks at the use of objects in S3.
	S3 bool `json:"s3"`
	// EKSAudit is whether it looks at the audit logs of Kubernetes clusters.
	EKSAudit bool `json:"eks_audit"`
	// EBSMalware is whether it scans volumes of suspicious instances for malware.
	EBSMalware bool `json:"ebs_malware"`
	// RDSLogin is whether it looks at sign-ins to databases.
	RDSLogin bool `json:"rds_login"`
	// LambdaNetwork is whether it looks at the network traffic of functions.
	LambdaNetwork bool `json:"lambda_network"`
	// Runtime is whether it looks at what runs inside workloads of EC2, ECS and EKS.
	Runtime bool `json:"runtime"`
	// EKSRuntime is whether it looks at what runs inside EKS, by itself or with Runtime.
	EKSRuntime bool `json:"eks_runtime"`
	// EKSAgents is whether it installs its agent on EKS by itself.
	EKSAgents bool `json:"eks_agents"`
	// ECSAgents is whether it installs its agent on ECS with Fargate by itself.
	ECSAgents bool `json:"ecs_agents"`
	// EC2Agents is whether it installs its agent on instances by itself.
	EC2Agents bool `json:"ec2_agents"`
	// PublishingFrequency is how often repeated findings are sent on: FIFTEEN_MINUTES,
	// ONE_HOUR or SIX_HOURS; empty when there is no detector.
	PublishingFrequency string `json:"publishing_frequency"`
}

var detector = source.Type[*aws.Session, Detector]{
	Name:     "aws_guardduty_detector",
	Service:  "guardduty",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "ListDetectors", Permission: "guardduty:ListDetectors", Fills: []string{"detector", "protection", "administrator", "tags"}},
		{Op: "GetDetector", Permission: "guardduty:GetDetector", Fills: []string{"protection", "tags"}},
		{Op: "GetAdministratorAccount", Permission: "guardduty:GetAdministratorAccount", Fills: []string{"administrator"}},
	},
	Refresh: []string{"CreateDetector", "UpdateDetector", "DeleteDetector", "AcceptAdministratorInvitation", "DisassociateFromAdministratorAccount", "UpdateMemberDetectors"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Detector])) error {
		found(&source.Draft[Detector]{ID: s.ARN("guardduty", "detector"), Name: s.Region})
		return nil
	},
	Detail: readDetector,
}

func readDetector(ctx context.Context, s *aws.Session, d *source.Draft[Detector]) error {
	d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
	if !d.Try("detector", func() (err error) {
		d.Config.Detector, err = onlyDetector(ctx, s)
		return err
	}, "protection", "administrator", "tags") || d.Config.Detector == "" {
		return nil
	}
	id := d.Config.Detector
	d.Try("protection", func() error {
		out, err := client(s).GetDetector(ctx, &sdk.GetDetectorInput{DetectorId: &id})
		if err != nil {
			return err
		}
		d.Config.Protection, d.Tags = protection(out), out.Tags
		return nil
	}, "tags")
	d.Try("administrator", func() error {
		out, err := client(s).GetAdministratorAccount(ctx, &sdk.GetAdministratorAccountInput{DetectorId: &id})
		if err != nil {
			return err
		}
		if out.Administrator != nil && aws.Value(out.Administrator.RelationshipStatus) == "Enabled" {
			d.Config.Administrator = aws.Value(out.Administrator.AccountId)
		}
		return nil
	})
	return nil
}

// onlyDetector returns the id of the detector, of which a region has one at most.
func onlyDetector(ctx context.Context, s *aws.Session) (string, error) {
	pages := sdk.NewListDetectorsPaginator(client(s), &sdk.ListDetectorsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		if len(page.DetectorIds) > 0 {
			return page.DetectorIds[0], nil
		}
	}
	return "", nil
}

func protection(out *sdk.GetDetectorOutput) Protection {
	on := map[types.DetectorFeatureResult]bool{}
	agents := map[types.FeatureAdditionalConfiguration]bool{}
	for _, f := range out.Features {
		on[f.Name] = f.Status == types.FeatureStatusEnabled
		for _, c := range f.AdditionalConfiguration {
			agents[c.Name] = agents[c.Name] || on[f.Name] && c.Status == types.FeatureStatusEnabled
		}
	}
	return Protection{
		Enabled: out.Status == types.DetectorStatusEnabled, S3: on[types.DetectorFeatureResultS3DataEvents],
		EKSAudit: on[types.DetectorFeatureResultEksAuditLogs], EBSMalware: on[types.DetectorFeatureResultEbsMalwareProtection],
		RDSLogin: on[types.DetectorFeatureResultRdsLoginEvents], LambdaNetwork: on[types.DetectorFeatureResultLambdaNetworkLogs],
		Runtime:    on[types.DetectorFeatureResultRuntimeMonitoring],
		EKSRuntime: on[types.DetectorFeatureResultRuntimeMonitoring] || on[types.DetectorFeatureResultEksRuntimeMonitoring],
		EKSAgents:  agents[types.FeatureAdditionalConfigurationEksAddonManagement],
		ECSAgents:  agents[types.FeatureAdditionalConfigurationEcsFargateAgentManagement],
		EC2Agents:  agents[types.FeatureAdditionalConfigurationEc2AgentManagement], PublishingFrequency: string(out.FindingPublishingFrequency),
	}
}
