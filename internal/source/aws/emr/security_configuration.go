package emr

import (
	"context"
	"encoding/json"

	sdk "github.com/aws/aws-sdk-go-v2/service/emr"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Security is what a security configuration asks for.
type Security struct {
	// AtRest is whether data at rest is encrypted.
	AtRest bool `json:"at_rest"`
	// InTransit is whether data between machines is encrypted.
	InTransit bool `json:"in_transit"`
	// IMDSv2 is whether the machines hand out credentials to sessions only.
	IMDSv2 bool `json:"imds_v2"`
	// Kerberos is whether users are asked who they are.
	Kerberos bool `json:"kerberos"`
}

// maxSecurity bounds how long a security configuration may be.
const maxSecurity = 1 << 20

func securityConfiguration(ctx context.Context, s *aws.Session, name string) (*Security, error) {
	return aws.Shared(s, "emr security configuration "+name, func() (*Security, error) {
		out, err := client(s).DescribeSecurityConfiguration(ctx, &sdk.DescribeSecurityConfigurationInput{Name: &name})
		if err != nil {
			return nil, err
		}
		return parseSecurity(aws.Value(out.SecurityConfiguration))
	})
}

func parseSecurity(text string) (*Security, error) {
	var doc struct {
		EncryptionConfiguration struct {
			EnableAtRestEncryption    bool
			EnableInTransitEncryption bool
		}
		InstanceMetadataServiceConfiguration struct {
			MinimumInstanceMetadataServiceVersion int
		}
		AuthenticationConfiguration struct {
			KerberosConfiguration json.RawMessage
		}
	}
	if len(text) > maxSecurity {
		return nil, estate.Errorf(estate.CodeInvalid, "read a security configuration", "%d bytes are too many", len(text))
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		return nil, estate.Errorf(estate.CodeInvalid, "read a security configuration", "%w", err)
	}
	return &Security{
		AtRest: doc.EncryptionConfiguration.EnableAtRestEncryption, InTransit: doc.EncryptionConfiguration.EnableInTransitEncryption,
		IMDSv2:   doc.InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion >= 2,
		Kerberos: len(doc.AuthenticationConfiguration.KerberosConfiguration) > 0,
	}, nil
}
