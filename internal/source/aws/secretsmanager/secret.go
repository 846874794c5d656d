package secretsmanager

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

// Secret is a secret's description; its value is never read. Secrets on their way to
// deletion are left out.
type Secret struct {
	// Description is the owner's word on it.
	Description string `json:"description"`
	// KMSKey is the key as it was named, an ARN, an id or an alias; empty for the key
	// that AWS keeps for the service.
	KMSKey string `json:"kms_key"`
	// Rotation is how the secret is changed by itself; absent when it is not.
	Rotation *Rotation `json:"rotation,omitempty"`
	// LastAccessed is the day it was last read; absent when it never was.
	LastAccessed *time.Time `json:"last_accessed,omitempty"`
	// LastChanged is when anything about it last changed; absent when nothing tells.
	LastChanged *time.Time `json:"last_changed,omitempty"`
	// LastRotated is when its value was last rotated; absent when it never was.
	LastRotated *time.Time `json:"last_rotated,omitempty"`
	// NextRotation is the last day of the window of the next rotation; absent when
	// none is due.
	NextRotation *time.Time `json:"next_rotation,omitempty"`
	// OwningService is the AWS service that made it and changes it, such as rds;
	// empty for secrets that people made.
	OwningService string `json:"owning_service"`
	// PrimaryRegion is the region it is a copy from; empty when it was made here.
	PrimaryRegion string `json:"primary_region"`
	// Policy is the resource policy; absent when there is none.
	Policy *policydoc.Document `json:"policy,omitempty"`
}

// Rotation is how a secret is changed by itself.
type Rotation struct {
	// Function is the ARN of the Lambda function that changes it; empty when the
	// owning service does.
	Function string `json:"function"`
	// EveryDays is the days between two changes; 0 when a schedule says it.
	EveryDays int `json:"every_days"`
	// Schedule is a cron or rate expression; empty when days say it.
	Schedule string `json:"schedule"`
}

var secret = source.Type[*aws.Session, Secret]{
	Name:     "aws_secretsmanager_secret",
	Service:  "secretsmanager",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListSecrets", Permission: "secretsmanager:ListSecrets"},
		{Op: "GetResourcePolicy", Permission: "secretsmanager:GetResourcePolicy", Fills: []string{"policy"}},
	},
	Refresh: []string{
		"CreateSecret", "DeleteSecret", "RestoreSecret", "UpdateSecret", "PutSecretValue", "RotateSecret", "CancelRotateSecret",
		"PutResourcePolicy", "DeleteResourcePolicy", "TagResource", "UntagResource", "RotationSucceeded", "RotationFailed",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listSecrets,
	Detail: readSecret,
	Facets: secretFacets,
}

func listSecrets(ctx context.Context, s *aws.Session, found func(*source.Draft[Secret])) error {
	size := int32(100)
	pages := sdk.NewListSecretsPaginator(client(s), &sdk.ListSecretsInput{MaxResults: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, e := range page.SecretList {
			found(draft(s, e))
		}
	}
	return nil
}

func draft(s *aws.Session, e types.SecretListEntry) *source.Draft[Secret] {
	d := &source.Draft[Secret]{
		ID: aws.Value(e.ARN), Name: aws.Value(e.Name), Created: aws.Value(e.CreatedDate).In(time.UTC),
		Tags: aws.Tags(e.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
	}
	d.Config = Secret{
		Description: aws.Value(e.Description), KMSKey: aws.Value(e.KmsKeyId), LastAccessed: e.LastAccessedDate, LastChanged: e.LastChangedDate,
		LastRotated: e.LastRotatedDate, NextRotation: e.NextRotationDate, OwningService: aws.Value(e.OwningService), PrimaryRegion: aws.Value(e.PrimaryRegion),
	}
	if aws.Value(e.RotationEnabled) {
		d.Config.Rotation = &Rotation{Function: aws.Value(e.RotationLambdaARN)}
		if r := e.RotationRules; r != nil {
			d.Config.Rotation.EveryDays, d.Config.Rotation.Schedule = int(aws.Value(r.AutomaticallyAfterDays)), aws.Value(r.ScheduleExpression)
		}
		d.Relate(estate.Triggers, d.Config.Rotation.Function)
	}
	d.Relate(estate.EncryptedBy, kms.KeyARN(s, d.Config.KMSKey))
	return d
}

func readSecret(ctx context.Context, s *aws.Session, d *source.Draft[Secret]) error {
	d.Try("policy", func() error {
		out, err := client(s).GetResourcePolicy(ctx, &sdk.GetResourcePolicyInput{SecretId: &d.ID})
		if err != nil || aws.Value(out.ResourcePolicy) == "" {
			return err
		}
		d.Config.Policy, err = policydoc.Parse(*out.ResourcePolicy)
		return err
	})
	return nil
}

func secretFacets(d *source.Draft[Secret]) {
	c := d.Config
	own := c.KMSKey != "" && !strings.HasSuffix(c.KMSKey, "alias/aws/secretsmanager")
	encryption := facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(own), InTransit: estate.Yes}
	if own {
		encryption.KeyID = c.KMSKey
	}
	d.Offer(encryption)
	d.Offer(facet.DataStore{Kind: "secret", Versioned: estate.Maybe, PasswordLogin: estate.No})
	d.OfferPolicy("policy", c.Policy)
}
