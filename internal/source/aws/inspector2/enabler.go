package inspector2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/inspector2"
	"github.com/aws/aws-sdk-go-v2/service/inspector2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Enabler is what Amazon Inspector scans in one region. There is one for every
// region, also where it was never switched on.
type Enabler struct {
	// Scans is what is scanned for known vulnerabilities.
	Scans Scans `json:"scans"`
}

// Scans is what is scanned for known vulnerabilities.
type Scans struct {
	// Enabled is whether Inspector is switched on for the account.
	Enabled bool `json:"enabled"`
	// EC2 is whether instances are scanned.
	EC2 bool `json:"ec2"`
	// ECR is whether container images are scanned.
	ECR bool `json:"ecr"`
	// Lambda is whether the packages of functions are scanned.
	Lambda bool `json:"lambda"`
	// LambdaCode is whether the code of functions itself is scanned.
	LambdaCode bool `json:"lambda_code"`
	// CodeRepository is whether connected repositories of source code are scanned.
	CodeRepository bool `json:"code_repository"`
}

var enabler = source.Type[*aws.Session, Enabler]{
	Name:     "aws_inspector2_enabler",
	Service:  "inspector2",
	Locality: source.Regional,
	Always:   true,
	Calls: []source.Call{
		{Op: "BatchGetAccountStatus", Permission: "inspector2:BatchGetAccountStatus", Fills: []string{"scans"}},
	},
	Refresh: []string{"Enable", "Disable"},
	List: func(_ context.Context, s *aws.Session, found func(*source.Draft[Enabler])) error {
		found(&source.Draft[Enabler]{ID: s.ARN("inspector2", "enabler"), Name: s.Region})
		return nil
	},
	Detail: func(ctx context.Context, s *aws.Session, d *source.Draft[Enabler]) error {
		d.Try("scans", func() error { return readScans(ctx, s, &d.Config.Scans) })
		d.Relate(estate.MemberOf, s.GlobalARN("iam", "root"))
		return nil
	},
}

func readScans(ctx context.Context, s *aws.Session, into *Scans) error {
	out, err := client(s).BatchGetAccountStatus(ctx, &sdk.BatchGetAccountStatusInput{AccountIds: []string{s.Account}})
	if err != nil {
		return err
	}
	for _, a := range out.Accounts {
		if aws.Value(a.AccountId) != s.Account || a.ResourceState == nil {
			continue
		}
		r := a.ResourceState
		for _, s := range []*types.State{a.State, r.Ec2, r.Ecr} {
			if _, err := aws.ToldText(aws.Value(s).Status, "what is scanned"); err != nil {
				return err
			}
		}
		*into = Scans{
			Enabled: on(a.State), EC2: on(r.Ec2), ECR: on(r.Ecr), Lambda: on(r.Lambda), LambdaCode: on(r.LambdaCode),
			CodeRepository: on(r.CodeRepository),
		}
		return nil
	}
	return estate.Errorf(estate.CodeUnavailable, "read the account's status in Inspector", "the answer does not hold the account")
}

func on(s *types.State) bool { return s != nil && s.Status == types.StatusEnabled }
