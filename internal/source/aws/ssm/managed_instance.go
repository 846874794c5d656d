package ssm

import (
	"context"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// ManagedInstance is a machine that Systems Manager can speak to.
type ManagedInstance struct {
	// Instance is its id, such as i-1 for EC2 or mi-1 for a machine elsewhere.
	Instance string `json:"instance"`
	// Kind is EC2Instance or ManagedInstance.
	Kind string `json:"kind"`
	// Platform is its system, such as Amazon Linux.
	Platform string `json:"platform"`
	// PlatformVersion is the version of the system.
	PlatformVersion string `json:"platform_version"`
	// Ping is Online, ConnectionLost or Inactive.
	Ping string `json:"ping"`
	// AgentVersion is the version of the agent.
	AgentVersion string `json:"agent_version"`
	// AgentLatest is whether the agent is the newest.
	AgentLatest bool `json:"agent_latest"`
	// AssociationStatus is what became of what should be set up on it, such as Success
	// or Failed; empty when nothing should.
	AssociationStatus string `json:"association_status"`
	// Patches is what the last look for patches found; absent when none was made.
	Patches *Patches `json:"patches,omitempty"`
}

// Patches is what a look for patches found.
type Patches struct {
	// Missing is how many patches of the baseline are not installed.
	Missing int `json:"missing"`
	// Failed is how many could not be installed.
	Failed int `json:"failed"`
	// PendingReboot is how many wait for a restart.
	PendingReboot int `json:"pending_reboot"`
	// Critical is how many that the baseline calls critical are missing, failed, or
	// wait for a restart.
	Critical int `json:"critical"`
	// Security is how many security patches are missing, failed, or wait for a restart.
	Security int `json:"security"`
	// Checked is when the look ended; absent when nothing tells.
	Checked *time.Time `json:"checked,omitempty"`
}

var managedInstance = source.Type[*aws.Session, ManagedInstance]{
	Name:       "aws_ssm_managed_instance",
	Service:    "ssm",
	Locality:   source.Regional,
	TagsUntold: true,
	Calls: []source.Call{
		{Op: "DescribeInstanceInformation", Permission: "ssm:DescribeInstanceInformation"},
		{Op: "DescribeInstancePatchStates", Permission: "ssm:DescribeInstancePatchStates", Fills: []string{"patches"}},
	},
	Refresh: []string{"DeregisterManagedInstance", "RegisterManagedInstance", "SendCommand", "CreateAssociation", "UpdateAssociation", "DeleteAssociation"},
	List:    listManagedInstances,
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[ManagedInstance]) error {
		d.Try("patches", func() error {
			all, err := patchStates(ctx, s)
			if state, ok := all[d.Config.Instance]; ok {
				d.Config.Patches = &state
			}
			return err
		})
		return nil
	},
}

// instances returns every machine that Systems Manager knows in the region.
func instances(ctx context.Context, s *aws.Session) ([]types.InstanceInformation, error) {
	return aws.Shared(s, "ssm instances", func() ([]types.InstanceInformation, error) {
		var found []types.InstanceInformation
		size := int32(50)
		pages := sdk.NewDescribeInstanceInformationPaginator(client(s), &sdk.DescribeInstanceInformationInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			found = append(found, page.InstanceInformationList...)
		}
		return found, nil
	})
}

func listManagedInstances(ctx context.Context, s *aws.Session, found func(*source.Draft[ManagedInstance])) error {
	all, err := instances(ctx, s)
	if err != nil {
		return err
	}
	for _, i := range all {
		id := aws.Value(i.InstanceId)
		d := &source.Draft[ManagedInstance]{ID: s.ARN("ssm", "managed-instance/"+id), Name: aws.Value(i.ComputerName)}
		if d.Name == "" {
			d.Name = id
		}
		d.Config = ManagedInstance{
			Instance: id, Kind: string(i.ResourceType), Platform: aws.Value(i.PlatformName), PlatformVersion: aws.Value(i.PlatformVersion),
			Ping: string(i.PingStatus), AgentVersion: aws.Value(i.AgentVersion), AgentLatest: aws.Value(i.IsLatestVersion),
			AssociationStatus: aws.Value(i.AssociationStatus),
		}
		if strings.HasPrefix(id, "i-") {
			d.Relate(estate.AttachedTo, s.ARN("ec2", "instance/"+id))
		}
		found(d)
	}
	return nil
}

// batch is how many machines DescribeInstancePatchStates takes at once.
const batch = 50

// patchStates returns what the last look for patches found, by id of the machine.
func patchStates(ctx context.Context, s *aws.Session) (map[string]Patches, error) {
	return aws.Shared(s, "ssm patch states", func() (map[string]Patches, error) {
		all, err := instances(ctx, s)
		if err != nil {
			return nil, err
		}
		states := map[string]Patches{}
		for some := range slices.Chunk(all, batch) {
			if err := readPatchStates(ctx, s, some, states); err != nil {
				return nil, err
			}
		}
		return states, nil
	})
}

func readPatchStates(ctx context.Context, s *aws.Session, some []types.InstanceInformation, into map[string]Patches) error {
	var ids []string
	for _, i := range some {
		ids = append(ids, aws.Value(i.InstanceId))
	}
	size := int32(50)
	pages := sdk.NewDescribeInstancePatchStatesPaginator(client(s), &sdk.DescribeInstancePatchStatesInput{InstanceIds: ids, MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.InstancePatchStates {
			into[aws.Value(p.InstanceId)] = Patches{
				Missing: int(p.MissingCount), Failed: int(p.FailedCount), PendingReboot: int(aws.Value(p.InstalledPendingRebootCount)),
				Critical: int(aws.Value(p.CriticalNonCompliantCount)), Security: int(aws.Value(p.SecurityNonCompliantCount)), Checked: p.OperationEndTime,
			}
		}
	}
	return nil
}
