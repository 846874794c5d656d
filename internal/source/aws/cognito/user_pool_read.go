package cognito

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readUserPool(ctx context.Context, s *aws.Session, d *source.Draft[UserPool]) error {
	id := d.Config.id
	d.Try(described[0], func() error {
		out, err := client(s).DescribeUserPool(ctx, &sdk.DescribeUserPoolInput{UserPoolId: &id})
		if err != nil {
			return err
		}
		if out.UserPool == nil {
			return estate.Errorf(estate.CodeUnavailable, "describe "+d.ID, "Cognito answered nothing")
		}
		d.Tags = out.UserPool.UserPoolTags
		d.Config.fill(*out.UserPool)
		return nil
	}, described[1:]...)
	d.Try("clients", func() error {
		clients, err := clientsOf(ctx, s, id)
		d.Config.Clients = clients
		return err
	})
	d.Try("risk", func() error {
		out, err := client(s).DescribeRiskConfiguration(ctx, &sdk.DescribeRiskConfigurationInput{UserPoolId: &id})
		if err == nil && out.RiskConfiguration != nil {
			d.Config.Risk = risk(*out.RiskConfiguration)
		}
		return aws.Absent(err, "UserPoolAddOnNotEnabledException")
	})
	d.Try("web_acl", func() error {
		out, err := aws.Client(s, wafv2.NewFromConfig).GetWebACLForResource(ctx, &wafv2.GetWebACLForResourceInput{ResourceArn: &d.ID})
		if err == nil && out.WebACL != nil {
			d.Config.WebACL = aws.Value(out.WebACL.ARN)
		}
		return err
	})
	return nil
}

func (c *UserPool) fill(p types.UserPoolType) {
	c.MFA, c.Tier, c.Users = string(p.MfaConfiguration), string(p.UserPoolTier), int(p.EstimatedNumberOfUsers)
	c.SelfSignUp = p.AdminCreateUserConfig == nil || !p.AdminCreateUserConfig.AllowAdminCreateUserOnly
	c.ThreatProtection = string(types.AdvancedSecurityModeTypeOff)
	if a := p.UserPoolAddOns; a != nil {
		c.ThreatProtection = string(a.AdvancedSecurityMode)
		if a.AdvancedSecurityAdditionalFlows != nil {
			c.CustomThreatProtection = string(a.AdvancedSecurityAdditionalFlows.CustomAuthMode)
		}
	}
	if p.Policies != nil && p.Policies.PasswordPolicy != nil {
		w := p.Policies.PasswordPolicy
		c.Password = Password{
			MinimumLength: int(aws.Value(w.MinimumLength)), Lowercase: w.RequireLowercase, Uppercase: w.RequireUppercase, Numbers: w.RequireNumbers,
			Symbols: w.RequireSymbols, TemporaryDays: int(w.TemporaryPasswordValidityDays), History: int(aws.Value(w.PasswordHistorySize)),
		}
	}
	c.DeletionProtection = p.DeletionProtection == types.DeletionProtectionTypeActive
	c.VerifiedAttributes = aws.Texts(p.AutoVerifiedAttributes)
	c.Domain = aws.Value(p.Domain)
	if custom := aws.Value(p.CustomDomain); custom != "" {
		c.Domain = custom
	}
	if p.AccountRecoverySetting != nil {
		c.RecoveryMethods = recovery(p.AccountRecoverySetting.RecoveryMechanisms)
	}
	if p.LambdaConfig != nil {
		c.triggers(*p.LambdaConfig)
	}
}

// recovery returns the names of the methods in the order in which they are tried.
func recovery(methods []types.RecoveryOptionType) []string {
	methods = slices.Clone(methods)
	slices.SortStableFunc(methods, func(a, b types.RecoveryOptionType) int {
		return int(aws.Value(a.Priority)) - int(aws.Value(b.Priority))
	})
	var names []string
	for _, m := range methods {
		names = append(names, string(m.Name))
	}
	return names
}

func (c *UserPool) triggers(l types.LambdaConfigType) {
	arns := []*string{
		l.CreateAuthChallenge, l.CustomMessage, l.DefineAuthChallenge, l.PostAuthentication, l.PostConfirmation, l.PreAuthentication,
		l.PreSignUp, l.PreTokenGeneration, l.UserMigration, l.VerifyAuthChallengeResponse,
	}
	if l.CustomEmailSender != nil {
		arns = append(arns, l.CustomEmailSender.LambdaArn)
	}
	if l.CustomSMSSender != nil {
		arns = append(arns, l.CustomSMSSender.LambdaArn)
	}
	if l.PreTokenGenerationConfig != nil {
		arns = append(arns, l.PreTokenGenerationConfig.LambdaArn)
	}
	for _, arn := range arns {
		if arn != nil && *arn != "" {
			c.Triggers = append(c.Triggers, *arn)
		}
	}
	slices.Sort(c.Triggers)
	c.Triggers = slices.Compact(c.Triggers)
	c.KMSKey, c.CustomSignIn = aws.Value(l.KMSKeyID), aws.Value(l.DefineAuthChallenge) != ""
}

func risk(r types.RiskConfigurationType) Risk {
	var out Risk
	if c := r.CompromisedCredentialsRiskConfiguration; c != nil && c.Actions != nil {
		out.CompromisedCredentials = string(c.Actions.EventAction)
	}
	if a := r.AccountTakeoverRiskConfiguration; a != nil && a.Actions != nil {
		out.High, out.Medium, out.Low = action(a.Actions.HighAction), action(a.Actions.MediumAction), action(a.Actions.LowAction)
	}
	return out
}

func action(a *types.AccountTakeoverActionType) string {
	if a == nil {
		return ""
	}
	return string(a.EventAction)
}
