package sns

import (
	"context"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/kms"
)

func readAttributes(ctx context.Context, s *aws.Session, d *source.Draft[Topic]) error {
	out, err := client(s).GetTopicAttributes(ctx, &sdk.GetTopicAttributesInput{TopicArn: &d.ID})
	if err != nil {
		return err
	}
	a, c := out.Attributes, &d.Config
	c.KMSKey = a["KmsMasterKeyId"]
	c.FIFO = a["FifoTopic"] == "true"
	c.SignatureVersion = a["SignatureVersion"]
	if c.SignatureVersion == "" {
		c.SignatureVersion = "1"
	}
	c.DeliveryLogs = deliveryLogs(a)
	d.Try("policy", func() (err error) {
		if a["Policy"] != "" {
			c.Policy, err = policydoc.Parse(a["Policy"])
		}
		return err
	})
	return nil
}

// deliveryLogs returns the protocols for which a role may write failed deliveries down.
func deliveryLogs(attributes map[string]string) []string {
	var protocols []string
	for name, role := range attributes {
		if protocol, ok := strings.CutSuffix(strings.ToLower(name), "failurefeedbackrolearn"); ok && role != "" {
			protocols = append(protocols, protocol)
		}
	}
	slices.Sort(protocols)
	return protocols
}

// subscriptions returns the subscriptions of the region by topic: one list for all.
func subscriptions(ctx context.Context, s *aws.Session) (map[string][]Subscription, error) {
	return aws.Shared(s, "sns subscriptions", func() (map[string][]Subscription, error) {
		all := map[string][]Subscription{}
		pages := sdk.NewListSubscriptionsPaginator(client(s), &sdk.ListSubscriptionsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, sub := range page.Subscriptions {
				one := Subscription{
					Protocol: aws.Value(sub.Protocol), Owner: aws.Value(sub.Owner),
					Confirmed: strings.HasPrefix(aws.Value(sub.SubscriptionArn), "arn:"),
				}
				if endpoint := aws.Value(sub.Endpoint); strings.HasPrefix(endpoint, "arn:") {
					one.Endpoint = endpoint
				}
				topic := aws.Value(sub.TopicArn)
				all[topic] = append(all[topic], one)
			}
		}
		return all, nil
	})
}

func topicFacets(d *source.Draft[Topic]) {
	c := d.Config
	key := kms.KeyBeside(d.ID, c.KMSKey)
	d.Relate(estate.EncryptedBy, key)
	for _, sub := range c.Subscriptions {
		if sub.Confirmed {
			d.Relate(estate.Triggers, sub.Endpoint)
		}
	}
	d.Offer(facet.Encryption{
		AtRest: estate.Yes, KeyID: key,
		CustomerKey: d.Tri("kms_key", c.KMSKey != "" && !strings.HasSuffix(c.KMSKey, "alias/aws/sns")),
	})
	d.OfferPolicy("policy", c.Policy)
}
