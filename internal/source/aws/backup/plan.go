package backup

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Plan says when AWS Backup copies what, and how long the copies are kept.
type Plan struct {
	// Rules are the rules of the plan.
	Rules []Rule `json:"rules"`
	// Selections are the names of what says which resources the plan covers; empty
	// when it covers none.
	Selections []string `json:"selections"`
	// LastRun is when it last made a copy; absent when it never did.
	LastRun *time.Time `json:"last_run,omitempty"`
}

// Rule is one rule of a plan.
type Rule struct {
	// Name is the rule's name.
	Name string `json:"rule_name"`
	// Schedule is a cron expression; empty for once a day at a time AWS chooses.
	Schedule string `json:"schedule"`
	// Vault is the name of the vault the copies go to.
	Vault string `json:"vault"`
	// Continuous is whether any moment can be restored.
	Continuous bool `json:"continuous"`
	// RetentionDays is how long copies are kept; 0 when they are never deleted.
	RetentionDays int `json:"retention_days"`
	// CopiesTo are the ARNs of vaults that get a second copy.
	CopiesTo []string `json:"copies_to"`
}

var plan = source.Type[*aws.Session, Plan]{
	Name:     "aws_backup_plan",
	Service:  "backup",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListBackupPlans", Permission: "backup:ListBackupPlans"},
		{Op: "GetBackupPlan", Permission: "backup:GetBackupPlan", Fills: []string{"rules"}},
		{Op: "ListBackupSelections", Permission: "backup:ListBackupSelections", Fills: []string{"selections"}},
		{Op: "ListTags", Permission: "backup:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateBackupPlan", "DeleteBackupPlan", "UpdateBackupPlan", "CreateBackupSelection", "DeleteBackupSelection", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listPlans,
	Detail:  readPlan,
}

func listPlans(ctx context.Context, s *aws.Session, found func(*source.Draft[Plan])) error {
	size := int32(1000)
	pages := sdk.NewListBackupPlansPaginator(client(s), &sdk.ListBackupPlansInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, p := range page.BackupPlansList {
			d := &source.Draft[Plan]{ID: aws.Value(p.BackupPlanArn), Name: aws.Value(p.BackupPlanName), Created: aws.Value(p.CreationDate).In(time.UTC)}
			d.Config.LastRun = p.LastExecutionDate
			found(d)
		}
	}
	return nil
}

func readPlan(ctx context.Context, s *aws.Session, d *source.Draft[Plan]) error {
	id := idOf(d.ID)
	d.Try("rules", func() error {
		out, err := client(s).GetBackupPlan(ctx, &sdk.GetBackupPlanInput{BackupPlanId: &id})
		if err != nil || out.BackupPlan == nil {
			return err
		}
		for _, r := range out.BackupPlan.Rules {
			d.Config.Rules = append(d.Config.Rules, rule(r))
			if vault := aws.Value(r.TargetBackupVaultName); vault != "" {
				d.Relate(estate.RoutesTo, s.ARN("backup", "backup-vault:"+vault))
			}
		}
		return nil
	})
	d.Try("selections", func() error {
		size := int32(1000)
		var names []string
		pages := sdk.NewListBackupSelectionsPaginator(client(s), &sdk.ListBackupSelectionsInput{BackupPlanId: &id, MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, sel := range page.BackupSelectionsList {
				names = append(names, aws.Value(sel.SelectionName))
			}
		}
		d.Config.Selections = names
		return nil
	})
	readTags(ctx, s, d)
	return nil
}

func rule(r types.BackupRule) Rule {
	out := Rule{
		Name: aws.Value(r.RuleName), Schedule: aws.Value(r.ScheduleExpression), Vault: aws.Value(r.TargetBackupVaultName),
		Continuous: aws.Value(r.EnableContinuousBackup),
	}
	if r.Lifecycle != nil {
		out.RetentionDays = int(aws.Value(r.Lifecycle.DeleteAfterDays))
	}
	for _, c := range r.CopyActions {
		out.CopiesTo = append(out.CopiesTo, aws.Value(c.DestinationBackupVaultArn))
	}
	return out
}

// idOf returns what follows the last colon of an ARN.
func idOf(arn string) string {
	for i := len(arn) - 1; i >= 0; i-- {
		if arn[i] == ':' {
			return arn[i+1:]
		}
	}
	return arn
}
