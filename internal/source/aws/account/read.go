package account

import (
	"context"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// reader reads the parts of one account.
type reader struct {
	ctx     context.Context
	session *aws.Session
	draft   *source.Draft[Account]
	into    *Account
}

func read(ctx context.Context, s *aws.Session, d *source.Draft[Account]) error {
	r := reader{ctx: ctx, session: s, draft: d, into: &d.Config}
	d.Try("alias", r.alias)
	d.Try("password_policy", r.passwordPolicy)
	d.Try(summarised[0], r.summary, summarised[1:]...)
	d.Try("root.virtual_mfa", r.virtualMFA)
	d.Try("root.usage", r.rootUsage)
	d.Try("alternate_contacts", r.alternateContacts)
	d.Try("primary_contact", r.primaryContact)
	d.Try("organization", r.organization)
	d.Try("central_root_access", r.centralRootAccess)
	return nil
}

func (r reader) alias() error {
	pages := iam.NewListAccountAliasesPaginator(iamClient(r.session), &iam.ListAccountAliasesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(r.ctx)
		if err != nil {
			return err
		}
		for _, alias := range page.AccountAliases {
			r.into.Alias, r.draft.Name = alias, alias
		}
	}
	return nil
}

func (r reader) passwordPolicy() error {
	out, err := iamClient(r.session).GetAccountPasswordPolicy(r.ctx, &iam.GetAccountPasswordPolicyInput{})
	if aws.IsCode(err, "NoSuchEntity") {
		r.into.PasswordPolicy = PasswordPolicy{MinimumLength: 8}
		return nil
	}
	if err != nil {
		return err
	}
	p, err := aws.Told(out.PasswordPolicy, "the policy")
	r.into.PasswordPolicy = PasswordPolicy{
		Exists: err == nil, MinimumLength: int(aws.Value(p.MinimumPasswordLength)), RequireUppercase: p.RequireUppercaseCharacters,
		RequireLowercase: p.RequireLowercaseCharacters, RequireNumbers: p.RequireNumbers, RequireSymbols: p.RequireSymbols,
		MaxAgeDays: int(aws.Value(p.MaxPasswordAge)), ReusePrevention: int(aws.Value(p.PasswordReusePrevention)),
		HardExpiry: aws.Value(p.HardExpiry), UsersMayChange: p.AllowUsersToChangePassword,
	}
	return err
}

// summary reads what IAM counts. A count that is missing is not a zero where a check
// depends on it.
func (r reader) summary() error {
	out, err := iamClient(r.session).GetAccountSummary(r.ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return err
	}
	n := func(key iamtypes.SummaryKeyType) int { return int(out.SummaryMap[string(key)]) }
	r.into.Summary = Summary{
		Users: n(iamtypes.SummaryKeyTypeUsers), Groups: n(iamtypes.SummaryKeyTypeGroups), Roles: n(iamtypes.SummaryKeyTypeRoles),
		Policies: n(iamtypes.SummaryKeyTypePolicies), Providers: n(iamtypes.SummaryKeyTypeProviders),
		ServerCertificates: n(iamtypes.SummaryKeyTypeServerCertificates),
		MFADevices:         n(iamtypes.SummaryKeyTypeMFADevices), MFADevicesInUse: n(iamtypes.SummaryKeyTypeMFADevicesInUse),
	}
	root := map[string]struct {
		key  iamtypes.SummaryKeyType
		into *bool
	}{
		"root.password":             {iamtypes.SummaryKeyTypeAccountPasswordPresent, &r.into.Root.Password},
		"root.mfa":                  {iamtypes.SummaryKeyTypeAccountMFAEnabled, &r.into.Root.MFA},
		"root.access_keys":          {iamtypes.SummaryKeyTypeAccountAccessKeysPresent, &r.into.Root.AccessKeys},
		"root.signing_certificates": {iamtypes.SummaryKeyTypeAccountSigningCertificatesPresent, &r.into.Root.SigningCertificates},
	}
	for path, fact := range root {
		value, told := out.SummaryMap[string(fact.key)]
		*fact.into = value > 0
		if !told {
			r.draft.Unknown(path, estate.Errorf(estate.CodeUnsupported, "read the account summary", "it does not tell %s", fact.key))
		}
	}
	return nil
}

// virtualMFA looks for an app among the root user's second factors. The first one
// that was ever made for root has a name of its own and, in old accounts, no owner.
func (r reader) virtualMFA() error {
	size := int32(1000)
	root, oldName := r.session.GlobalARN("iam", "root"), ":mfa/root-account-mfa-device"
	pages := iam.NewListVirtualMFADevicesPaginator(iamClient(r.session), &iam.ListVirtualMFADevicesInput{
		AssignmentStatus: iamtypes.AssignmentStatusTypeAny, MaxItems: &size,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(r.ctx)
		if err != nil {
			return err
		}
		for _, m := range page.VirtualMFADevices {
			owned := m.User != nil && aws.Value(m.User.Arn) == root
			old := m.EnableDate != nil && strings.HasSuffix(aws.Value(m.SerialNumber), oldName)
			r.into.Root.VirtualMFA = r.into.Root.VirtualMFA || owned || old
		}
	}
	return nil
}

func (r reader) primaryContact() error {
	out, err := client(r.session).GetContactInformation(r.ctx, &sdk.GetContactInformationInput{})
	if err != nil {
		return aws.Absent(err, "ResourceNotFoundException")
	}
	c, err := aws.Told(out.ContactInformation, "the contact")
	r.into.PrimaryContact = aws.Value(c.FullName) != "" && aws.Value(c.PhoneNumber) != "" && aws.Value(c.AddressLine1) != ""
	return err
}

func (r reader) organization() error {
	out, err := organizationsClient(r.session).DescribeOrganization(r.ctx, &organizations.DescribeOrganizationInput{})
	if err != nil {
		return aws.Absent(err, "AWSOrganizationsNotInUseException")
	}
	o, err := aws.Told(out.Organization, "the organization")
	if err != nil {
		return err
	}
	r.into.Organization = &Organization{ARN: aws.Value(o.Arn), ManagementAccount: aws.Value(o.MasterAccountId)}
	r.draft.Relate(estate.MemberOf, aws.Value(o.Arn))
	return nil
}

// centralRootAccess is off when IAM is not trusted by the organisation, and does not
// apply where the account does not speak for one.
func (r reader) centralRootAccess() error {
	out, err := iamClient(r.session).ListOrganizationsFeatures(r.ctx, &iam.ListOrganizationsFeaturesInput{})
	if aws.IsCode(err, "ServiceAccessNotEnabledException") {
		r.into.CentralRootAccess = &CentralRootAccess{}
		return nil
	}
	if err != nil {
		return aws.Absent(err, "OrganizationNotFoundException", "AccountNotManagementOrDelegatedAdministratorException", "OrganizationNotInAllFeaturesModeException")
	}
	features := &CentralRootAccess{}
	for _, f := range out.EnabledFeatures {
		features.Credentials = features.Credentials || f == iamtypes.FeatureTypeRootCredentialsManagement
		features.Sessions = features.Sessions || f == iamtypes.FeatureTypeRootSessions
	}
	r.into.CentralRootAccess = features
	return nil
}
