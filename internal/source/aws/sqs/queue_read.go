package sqs

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

func readAttributes(ctx context.Context, s *aws.Session, d *source.Draft[Queue]) error {
	out, err := client(s).GetQueueAttributes(ctx, &sdk.GetQueueAttributesInput{
		QueueUrl: &d.Config.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return err
	}
	a, c := out.Attributes, &d.Config
	c.KMSKey = a["KmsMasterKeyId"]
	c.ManagedEncryption = a["SqsManagedSseEnabled"] == "true"
	c.FIFO = a["FifoQueue"] == "true"
	d.Try("retention_seconds", func() error { return number(a["MessageRetentionPeriod"], &c.RetentionSeconds) })
	d.Try("visibility_timeout_seconds", func() error { return number(a["VisibilityTimeout"], &c.VisibilityTimeoutSeconds) })
	d.Try("created", func() error {
		var at int
		err := number(a["CreatedTimestamp"], &at)
		if at > 0 {
			d.Created = time.Unix(int64(at), 0).UTC()
		}
		return err
	})
	d.Try("policy", func() (err error) {
		if a["Policy"] != "" {
			c.Policy, err = policydoc.Parse(a["Policy"])
		}
		return err
	})
	d.Try("dead_letter", func() error { return c.redrive(a["RedrivePolicy"]) }, "max_receives")
	return nil
}

// number reads an attribute; one that is missing leaves the zero.
func number(text string, into *int) error {
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("read the number %q", text)
	}
	*into = n
	return nil
}

// redrive reads the rule for messages that fail. SQS writes the count as a number or as
// text, as it was given.
func (q *Queue) redrive(text string) error {
	if text == "" {
		return nil
	}
	var rule struct {
		Target string `json:"deadLetterTargetArn"`
		Count  any    `json:"maxReceiveCount"`
	}
	if err := json.Unmarshal([]byte(text), &rule); err != nil {
		return fmt.Errorf("read the redrive policy: %w", err)
	}
	q.DeadLetter = rule.Target
	if rule.Count == nil {
		return nil
	}
	return number(fmt.Sprint(rule.Count), &q.MaxReceives)
}

func queueFacets(d *source.Draft[Queue]) {
	c := d.Config
	key := kms.KeyBeside(d.ID, c.KMSKey)
	d.Relate(estate.EncryptedBy, key)
	d.Relate(estate.RoutesTo, c.DeadLetter)
	d.Offer(facet.DataStore{Kind: "queue", Versioned: estate.No, PasswordLogin: estate.No})
	d.Offer(facet.Encryption{
		AtRest:      d.Tri("kms_key", c.KMSKey != "").Or(d.Tri("managed_encryption", c.ManagedEncryption)),
		CustomerKey: d.Tri("kms_key", c.KMSKey != "" && !strings.HasSuffix(c.KMSKey, "alias/aws/sqs")),
		KeyID:       key,
	})
	d.OfferPolicy("policy", c.Policy)
}
