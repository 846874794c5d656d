package acm

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Certificate is a certificate that ACM issued or that was imported.
type Certificate struct {
	// Domain is the first name it is for.
	Domain string `json:"domain"`
	// OtherNames are further names it is for, as far as the list names them.
	OtherNames []string `json:"other_names"`
	// Kind is AMAZON_ISSUED, IMPORTED or PRIVATE.
	Kind string `json:"kind"`
	// Status is ISSUED, EXPIRED, PENDING_VALIDATION, INACTIVE, REVOKED, FAILED or
	// VALIDATION_TIMED_OUT.
	Status string `json:"status"`
	// KeyAlgorithm is the kind of its key, such as RSA_2048 or EC_prime256v1.
	KeyAlgorithm string `json:"key_algorithm"`
	// InUse is whether some AWS service serves it.
	InUse bool `json:"in_use"`
	// NotAfter is when it ends; absent for one that was never issued.
	NotAfter *time.Time `json:"not_after,omitempty"`
	// RenewalEligible is whether ACM renews it by itself.
	RenewalEligible bool `json:"renewal_eligible"`
	// Details are what only the certificate itself tells.
	Details Details `json:"details"`
}

// Details are what only the certificate itself tells.
type Details struct {
	// TransparencyLogging is whether it is entered in public logs of certificates.
	TransparencyLogging bool `json:"transparency_logging"`
	// RenewalStatus is PENDING_AUTO_RENEWAL, PENDING_VALIDATION, SUCCESS or FAILED;
	// empty when no renewal was tried.
	RenewalStatus string `json:"renewal_status"`
	// InUseBy are the ARNs of what serves it.
	InUseBy []string `json:"in_use_by"`
	// Authority is the ARN of the private authority; empty for public ones.
	Authority string `json:"authority"`
}

var certificate = source.Type[*aws.Session, Certificate]{
	Name:     "aws_acm_certificate",
	Service:  "acm",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListCertificates", Permission: "acm:ListCertificates"},
		{Op: "DescribeCertificate", Permission: "acm:DescribeCertificate", Fills: []string{"details"}},
		{Op: "ListTagsForCertificate", Permission: "acm:ListTagsForCertificate", Fills: []string{"tags"}},
	},
	Refresh: []string{"RequestCertificate", "ImportCertificate", "DeleteCertificate", "RenewCertificate", "UpdateCertificateOptions", "AddTagsToCertificate", "RemoveTagsFromCertificate"},
	Gone:    []string{"ResourceNotFoundException"},
	List:    listCertificates,
	Detail:  readCertificate,
}

// listCertificates names every kind of key, because otherwise ACM hands out only those
// with an RSA key of 1024 or 2048 bits. ACM writes RSA-2048 where its reference says
// RSA_2048.
func listCertificates(ctx context.Context, s *aws.Session, found func(*source.Draft[Certificate])) error {
	size := int32(1000)
	pages := sdk.NewListCertificatesPaginator(client(s), &sdk.ListCertificatesInput{
		MaxItems: &size, Includes: &types.Filters{KeyTypes: types.KeyAlgorithm("").Values()},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, c := range page.CertificateSummaryList {
			d := &source.Draft[Certificate]{ID: aws.Value(c.CertificateArn), Name: aws.Value(c.DomainName), Created: created(c)}
			d.Config = Certificate{
				Domain: aws.Value(c.DomainName), OtherNames: c.SubjectAlternativeNameSummaries, Kind: string(c.Type), Status: string(c.Status),
				KeyAlgorithm: strings.ReplaceAll(string(c.KeyAlgorithm), "-", "_"), InUse: aws.Value(c.InUse), NotAfter: c.NotAfter,
				RenewalEligible: c.RenewalEligibility == types.RenewalEligibilityEligible,
			}
			found(d)
		}
	}
	return nil
}

// created is when a certificate was asked for, or imported.
func created(c types.CertificateSummary) time.Time {
	if c.CreatedAt != nil {
		return c.CreatedAt.In(time.UTC)
	}
	return aws.Value(c.ImportedAt).In(time.UTC)
}

func readCertificate(ctx context.Context, s *aws.Session, d *source.Draft[Certificate]) error {
	d.Try("details", func() error {
		out, err := client(s).DescribeCertificate(ctx, &sdk.DescribeCertificateInput{CertificateArn: &d.ID})
		if err != nil || out.Certificate == nil {
			return err
		}
		c := out.Certificate
		d.Config.Details = Details{InUseBy: c.InUseBy, Authority: aws.Value(c.CertificateAuthorityArn)}
		if c.Options != nil {
			d.Config.Details.TransparencyLogging = c.Options.CertificateTransparencyLoggingPreference == types.CertificateTransparencyLoggingPreferenceEnabled
		}
		if c.RenewalSummary != nil {
			d.Config.Details.RenewalStatus = string(c.RenewalSummary.RenewalStatus)
		}
		for _, user := range c.InUseBy {
			d.Relate(estate.AttachedTo, user)
		}
		return nil
	})
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForCertificate(ctx, &sdk.ListTagsForCertificateInput{CertificateArn: &d.ID})
		if err == nil {
			d.Tags = aws.Tags(out.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
		}
		return err
	})
	return nil
}
