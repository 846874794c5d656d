package cloudtrail

import (
	"context"
	"fmt"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// reader reads the rest of one trail in its home region.
type reader struct {
	ctx     context.Context
	session *aws.Session
	arn     *string
	home    func(*sdk.Options)
	into    *Trail
}

func readTrail(ctx context.Context, s *aws.Session, d *source.Draft[Trail]) error {
	arn := trailARN(s, d.Region, d.Config.Owner, d.Name)
	r := reader{ctx: ctx, session: s, arn: &arn, home: in(d.Region), into: &d.Config}
	d.Try("status", r.status)
	d.Try("events", r.events)
	d.Try("insights", r.insights)
	if d.Config.Owner == s.Account {
		d.Try("tags", func() (err error) {
			d.Tags, err = r.tags()
			return err
		})
	}
	return nil
}

func (r reader) status() error {
	out, err := client(r.session).GetTrailStatus(r.ctx, &sdk.GetTrailStatusInput{Name: r.arn}, r.home)
	if err != nil {
		return err
	}
	r.into.Status = Status{
		Logging: aws.Value(out.IsLogging), DeliveryError: aws.Value(out.LatestDeliveryError),
		DigestError: aws.Value(out.LatestDigestDeliveryError), LogGroupError: aws.Value(out.LatestCloudWatchLogsDeliveryError),
		Delivered: utc(out.LatestDeliveryTime), LogGroupDelivered: utc(out.LatestCloudWatchLogsDeliveryTime),
	}
	return nil
}

func (r reader) events() error {
	out, err := client(r.session).GetEventSelectors(r.ctx, &sdk.GetEventSelectorsInput{TrailName: r.arn}, r.home)
	if err != nil {
		return err
	}
	if len(out.AdvancedEventSelectors) > 0 {
		r.into.Events = advanced(out.AdvancedEventSelectors)
		return nil
	}
	r.into.Events = basic(out.EventSelectors)
	return nil
}

func (r reader) insights() error {
	out, err := client(r.session).GetInsightSelectors(r.ctx, &sdk.GetInsightSelectorsInput{TrailName: r.arn}, r.home)
	if err != nil {
		return aws.Absent(err, "InsightNotEnabledException")
	}
	for _, i := range out.InsightSelectors {
		r.into.Insights = append(r.into.Insights, string(i.InsightType))
	}
	return nil
}

func (r reader) tags() (map[string]string, error) {
	out, err := client(r.session).ListTags(r.ctx, &sdk.ListTagsInput{ResourceIdList: []string{*r.arn}}, r.home)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, t := range out.ResourceTagList {
		for k, v := range tags(t.TagsList) {
			all[k] = v
		}
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

func trailFacets(d *source.Draft[Trail]) {
	d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: estate.TriOf(d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
}

func trailARN(s *aws.Session, region, account, name string) string {
	return fmt.Sprintf("arn:%s:cloudtrail:%s:%s:trail/%s", s.Partition, region, account, name)
}

// shadowARN is the id of another account's trail in the session's account.
func shadowARN(s *aws.Session, region, name string) string {
	return trailARN(s, region, s.Account, name)
}

// account returns the account in an ARN; empty for what is none.
func account(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

func bucketARN(s *aws.Session, name string) string {
	if name == "" {
		return ""
	}
	return "arn:" + s.Partition + ":s3:::" + name
}

// logGroup returns the ARN of a log group without the mark for its streams.
func logGroup(arn string) string { return strings.TrimSuffix(arn, ":*") }

func utc(t *time.Time) *time.Time {
	if t == nil || t.IsZero() {
		return nil
	}
	at := t.UTC()
	return &at
}
