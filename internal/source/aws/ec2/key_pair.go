package ec2

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// KeyPair is the public half of a key that opens the first account of machines.
type KeyPair struct {
	// PairID is its id, key- and digits.
	PairID string `json:"pair_id"`
	// Fingerprint is the digest of the key.
	Fingerprint string `json:"fingerprint"`
	// KeyType is rsa or ed25519.
	KeyType string `json:"key_type"`
}

var keyPair = source.Type[*aws.Session, KeyPair]{
	Name:     "aws_key_pair",
	Service:  "ec2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeKeyPairs", Permission: "ec2:DescribeKeyPairs"},
	},
	Refresh: []string{
		"CreateKeyPair", "ImportKeyPair", "DeleteKeyPair", "CreateTags", "DeleteTags",
	},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[KeyPair])) error {
		out, err := client(s).DescribeKeyPairs(ctx, &sdk.DescribeKeyPairsInput{})
		if err != nil {
			return err
		}
		for _, k := range out.KeyPairs {
			d := &source.Draft[KeyPair]{
				ID: s.ARN("ec2", "key-pair/"+aws.Value(k.KeyName)), Name: aws.Value(k.KeyName), Tags: tags(k.Tags), Created: aws.Value(k.CreateTime).In(time.UTC),
			}
			d.Config = KeyPair{PairID: aws.Value(k.KeyPairId), Fingerprint: aws.Value(k.KeyFingerprint), KeyType: string(k.KeyType)}
			found(d)
		}
		return nil
	},
}
