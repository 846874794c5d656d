package ecr

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

func readRepository(ctx context.Context, s *aws.Session, d *source.Draft[Repository]) error {
	d.Try("scanning", func() error {
		if d.Config.scanningError == nil && d.Config.Scanning.Frequency == "" {
			return estate.Errorf(estate.CodeUnavailable, "read the scanning of a repository", "ECR left it out of its answer")
		}
		return d.Config.scanningError
	})
	d.Try("registry_scan_type", func() error {
		kind, err := registryScanType(ctx, s)
		d.Config.RegistryScanType = kind
		return err
	})
	d.Try("policy", func() error {
		out, err := client(s).GetRepositoryPolicy(ctx, &sdk.GetRepositoryPolicyInput{RepositoryName: &d.Name})
		if err != nil {
			return aws.Absent(err, "RepositoryPolicyNotFoundException")
		}
		d.Config.Policy, err = policydoc.Parse(aws.Value(out.PolicyText))
		return err
	})
	d.Try("lifecycle", func() error {
		_, err := client(s).GetLifecyclePolicy(ctx, &sdk.GetLifecyclePolicyInput{RepositoryName: &d.Name})
		d.Config.Lifecycle = err == nil
		return aws.Absent(err, "LifecyclePolicyNotFoundException")
	})
	d.Try("tags", func() error {
		out, err := client(s).ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &d.ID})
		if err != nil {
			return err
		}
		d.Tags = tags(out.Tags)
		return nil
	})
	return nil
}

func registryScanType(ctx context.Context, s *aws.Session) (string, error) {
	return aws.Shared(s, "ecr registry scan type", func() (string, error) {
		out, err := client(s).GetRegistryScanningConfiguration(ctx, &sdk.GetRegistryScanningConfigurationInput{})
		if err != nil || out.ScanningConfiguration == nil {
			return "", err
		}
		return string(out.ScanningConfiguration.ScanType), nil
	})
}

func repositoryFacets(d *source.Draft[Repository]) {
	c := d.Config
	d.Relate(estate.EncryptedBy, c.KMSKey)
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: customerKey(c), KeyID: c.KMSKey, InTransit: estate.Yes})
	d.OfferPolicy("policy", c.Policy)
}

// customerKey cannot tell a customer's key from the key that AWS keeps in the account:
// ECR names both by their key's id.
func customerKey(r Repository) estate.Tri {
	if r.KMSKey == "" {
		return estate.No
	}
	return estate.Maybe
}
