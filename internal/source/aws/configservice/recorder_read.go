package configservice

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/configservice"

	"github.com/stance-sec/stance/internal/source/aws"
)

// reader reads what Config does in one region.
type reader struct {
	ctx    context.Context
	client *sdk.Client
	into   *Recorder
}

func (r reader) recorder() error {
	out, err := r.client.DescribeConfigurationRecorders(r.ctx, &sdk.DescribeConfigurationRecordersInput{})
	if err != nil {
		return err
	}
	for _, c := range out.ConfigurationRecorders {
		if aws.Value(c.ServicePrincipal) == "" {
			r.into.Recorder = settings(c)
		}
	}
	return nil
}

func (r reader) status() error {
	out, err := r.client.DescribeConfigurationRecorderStatus(r.ctx, &sdk.DescribeConfigurationRecorderStatusInput{})
	if err != nil {
		return err
	}
	for _, s := range out.ConfigurationRecordersStatus {
		if aws.Value(s.ServicePrincipal) == "" {
			r.into.Status = Status{Recording: s.Recording, LastStatus: string(s.LastStatus), Error: aws.Value(s.LastErrorCode)}
		}
	}
	return nil
}

func (r reader) delivery() error {
	out, err := r.client.DescribeDeliveryChannels(r.ctx, &sdk.DescribeDeliveryChannelsInput{})
	if err != nil {
		return err
	}
	for _, c := range out.DeliveryChannels {
		r.into.Delivery = &Delivery{Bucket: aws.Value(c.S3BucketName), KMSKey: aws.Value(c.S3KmsKeyArn), Topic: aws.Value(c.SnsTopicARN)}
	}
	return nil
}

func (r reader) deliveryStatus() error {
	out, err := r.client.DescribeDeliveryChannelStatus(r.ctx, &sdk.DescribeDeliveryChannelStatusInput{})
	if err != nil {
		return err
	}
	for _, s := range out.DeliveryChannelsStatus {
		if h := s.ConfigHistoryDeliveryInfo; h != nil {
			r.into.DeliveryStatus.HistoryError = aws.Value(h.LastErrorCode)
		}
		if n := s.ConfigStreamDeliveryInfo; n != nil {
			r.into.DeliveryStatus.StreamError = aws.Value(n.LastErrorCode)
		}
	}
	return nil
}
