package iam

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/iam/credreport"
)

func readUser(ctx context.Context, s *aws.Session, d *source.Draft[User]) error {
	misreadInline(d, d.Config.InlinePolicies)
	d.Relate(estate.GuardedBy, d.Config.PermissionsBoundary)
	for _, arn := range d.Config.Groups {
		d.Relate(estate.MemberOf, arn)
	}
	readCredentials(ctx, s, d)
	d.Try("service_credentials", func() error {
		byUser, err := serviceCredentials(ctx, s)
		d.Config.ServiceCredentials = byUser[d.Name]
		return err
	})
	offerIdentity(d, userAdministrator(ctx, s, d))
	return nil
}

func readCredentials(ctx context.Context, s *aws.Session, d *source.Draft[User]) {
	d.Try(reported[0], func() error {
		report, err := credreport.Read(ctx, s)
		if err != nil {
			return err
		}
		row, ok := report.Users[d.ID]
		if !ok {
			return estate.Errorf(estate.CodeUnavailable, "read the credential report", "AWS made it before it knew this user")
		}
		d.Config.CredentialsAsOf = utc(&report.Time)
		fillCredentials(&d.Config, row)
		markUncovered(d, row)
		return nil
	}, reported[1:]...)
}

func fillCredentials(u *User, row credreport.User) {
	u.Password = Password{
		Enabled: row.Password.Yes, LastUsed: row.PasswordUsed.Pointer(), NeverUsed: row.PasswordUsed.Said == credreport.NoInformation,
		Changed: row.PasswordChanged.Pointer(), Expires: row.PasswordRotation.Pointer(),
	}
	u.MFA = row.MFA.Yes
	u.AccessKeys, u.SigningCertificates = []AccessKey{}, []SigningCertificate{}
	for _, k := range row.Keys {
		u.AccessKeys = append(u.AccessKeys, AccessKey{
			Index: k.Index, Active: k.Active, Rotated: k.Rotated.Pointer(), LastUsed: k.Used.Pointer(), LastUsedService: k.Service, LastUsedRegion: k.Region,
		})
	}
	for _, c := range row.Certificates {
		u.SigningCertificates = append(u.SigningCertificates, SigningCertificate{Index: c.Index, Active: c.Active, Rotated: c.Rotated.Pointer()})
	}
}

// markUncovered marks as unknown what the report says that it does not cover.
func markUncovered(d *source.Draft[User], row credreport.User) {
	uncovered := estate.Errorf(estate.CodeUnsupported, "read the credential report", "the report does not cover it")
	if row.Password.Said == credreport.NotSupported {
		d.Unknown("password", uncovered)
	}
	if row.MFA.Said == credreport.NotSupported {
		d.Unknown("mfa", uncovered)
	}
	if row.More {
		d.Unknown("access_keys", uncovered)
		d.Unknown("signing_certificates", uncovered)
	}
	for i, k := range row.Keys {
		if k.Used.Said == credreport.NoInformation || k.Used.Said == credreport.NotSupported {
			d.Unknown(fmt.Sprintf("access_keys[%d].last_used", i), uncovered)
		}
	}
}

// userAdministrator looks at the user's own policies and at those of its groups.
func userAdministrator(ctx context.Context, s *aws.Session, d *source.Draft[User]) estate.Tri {
	byName, err := groupsByName(ctx, s)
	if err != nil {
		return estate.Maybe
	}
	inline, attached := slices.Clone(d.Config.InlinePolicies), slices.Clone(d.Config.AttachedPolicies)
	for _, g := range byName {
		if slices.Contains(d.Config.Groups, g.arn) {
			inline, attached = append(inline, g.inline...), append(attached, g.attached...)
		}
	}
	return administrator(ctx, s, inline, attached, d.Config.PermissionsBoundary)
}

func offerIdentity(d *source.Draft[User], administrator estate.Tri) {
	u := d.Config
	f := facet.Identity{
		Kind: "user", Human: d.Tri("password", u.Password.Enabled), MFA: d.Tri("mfa", u.MFA), LastUsed: lastUsed(u),
		Enabled:       d.Tri("password", u.Password.Enabled).Or(d.Tri("access_keys", slices.ContainsFunc(u.AccessKeys, func(k AccessKey) bool { return k.Active }))),
		Administrator: administrator, Grants: u.AttachedPolicies, Keys: []facet.Key{},
	}
	for _, k := range u.AccessKeys {
		f.Keys = append(f.Keys, facet.Key{ID: fmt.Sprint(k.Index), Enabled: k.Active, Created: k.Rotated, LastUsed: k.LastUsed})
	}
	d.Offer(f)
	d.Carry("access_keys", "facets.identity.keys")
	d.Carry("access_keys", "facets.identity.last_used")
	d.Carry("password", "facets.identity.last_used")
}

// lastUsed returns the latest use of the password or a key; nil when there was none.
func lastUsed(u User) *time.Time {
	latest := u.Password.LastUsed
	for _, k := range u.AccessKeys {
		if k.LastUsed != nil && (latest == nil || k.LastUsed.After(*latest)) {
			latest = k.LastUsed
		}
	}
	return latest
}
