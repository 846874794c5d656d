package codebuild

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/codebuild"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// SourceCredential is what all projects of the region prove themselves with to a host of
// code.
type SourceCredential struct {
	// Server is the host, such as GITHUB or BITBUCKET.
	Server string `json:"server"`
	// AuthType is CODECONNECTIONS or SECRETS_MANAGER when the secret is kept elsewhere, or
	// OAUTH, PERSONAL_ACCESS_TOKEN or BASIC_AUTH when CodeBuild keeps it.
	AuthType string `json:"auth_type"`
}

var sourceCredential = source.Type[*aws.Session, SourceCredential]{
	Name:     "aws_codebuild_source_credential",
	Service:  "codebuild",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListSourceCredentials", Permission: "codebuild:ListSourceCredentials"},
	},
	Refresh: []string{"ImportSourceCredentials", "DeleteSourceCredentials"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[SourceCredential])) error {
		out, err := client(s).ListSourceCredentials(ctx, &sdk.ListSourceCredentialsInput{})
		if err != nil {
			return err
		}
		for _, c := range out.SourceCredentialsInfos {
			d := &source.Draft[SourceCredential]{ID: aws.Value(c.Arn)}
			d.Config = SourceCredential{Server: string(c.ServerType), AuthType: string(c.AuthType)}
			found(d)
		}
		return nil
	},
}
