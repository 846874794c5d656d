package codebuild

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

func draftProject(p types.Project) *source.Draft[Project] {
	d := &source.Draft[Project]{ID: aws.Value(p.Arn), Name: aws.Value(p.Name), Tags: tags(p.Tags), Created: aws.Value(p.Created).In(time.UTC)}
	c := Project{
		Role: aws.Value(p.ServiceRole), Public: p.ProjectVisibility == types.ProjectVisibilityTypePublicRead,
		EncryptionKey: aws.Value(p.EncryptionKey), TimeoutMinutes: int(aws.Value(p.TimeoutInMinutes)), Webhook: webhook(p.Webhook),
	}
	if e := p.Environment; e != nil {
		c.Image, c.Privileged, c.Environment = aws.Value(e.Image), aws.Value(e.PrivilegedMode), variables(e.EnvironmentVariables)
	}
	if p.Source != nil {
		c.Sources = append(c.Sources, place(*p.Source))
	}
	for _, s := range p.SecondarySources {
		c.Sources = append(c.Sources, place(s))
	}
	if p.Artifacts != nil {
		c.Artifacts = append(c.Artifacts, artifact(*p.Artifacts))
	}
	for _, a := range p.SecondaryArtifacts {
		c.Artifacts = append(c.Artifacts, artifact(a))
	}
	if v := p.VpcConfig; v != nil {
		c.VPC, c.Subnets, c.SecurityGroups = aws.Value(v.VpcId), v.Subnets, v.SecurityGroupIds
	}
	c.addLogs(aws.Value(p.Name), p.LogsConfig)
	d.Config = c
	return d
}

// addLogs reads where logs go. CloudWatch takes them unless it was turned off, in a group
// named after the project unless another is named.
func (c *Project) addLogs(name string, l *types.LogsConfig) {
	c.LogGroup = "/aws/codebuild/" + name
	if l == nil {
		return
	}
	if w := l.CloudWatchLogs; w != nil {
		switch {
		case w.Status == types.LogsConfigStatusTypeDisabled:
			c.LogGroup = ""
		case aws.Value(w.GroupName) != "":
			c.LogGroup = aws.Value(w.GroupName)
		}
	}
	if b := l.S3Logs; b != nil && b.Status == types.LogsConfigStatusTypeEnabled {
		c.LogBucket, c.LogBucketEncrypted = aws.Value(b.Location), !aws.Value(b.EncryptionDisabled)
	}
}

func variables(list []types.EnvironmentVariable) []Variable {
	var out []Variable
	for _, v := range list {
		one := Variable{Name: aws.Value(v.Name), Kind: string(v.Type)}
		if one.Kind == "" {
			one.Kind = string(types.EnvironmentVariableTypePlaintext)
		}
		if one.Kind == string(types.EnvironmentVariableTypePlaintext) {
			one.Secrets = secret.Setting(one.Name, aws.Value(v.Value))
		}
		out = append(out, one)
	}
	return out
}

func place(s types.ProjectSource) Source {
	buildspec := aws.Value(s.Buildspec)
	location, credentials := withoutCredentials(aws.Value(s.Location))
	return Source{
		Kind: string(s.Type), Location: location, CredentialsInURL: credentials, ChecksCertificate: !aws.Value(s.InsecureSsl),
		InlineBuildspec: strings.Contains(strings.TrimSpace(buildspec), "\n"), BuildspecSecrets: secret.Kinds(buildspec),
	}
}

// withoutCredentials takes the user out of a web address, and says whether a password or
// token stood there. A name alone is none.
func withoutCredentials(address string) (string, bool) {
	scheme, rest, ok := strings.Cut(address, "://")
	if !ok {
		return address, false
	}
	host, path, _ := strings.Cut(rest, "/")
	at := strings.LastIndex(host, "@")
	if at < 0 {
		return address, false
	}
	user := host[:at]
	_, password, _ := strings.Cut(user, ":")
	return scheme + "://" + host[at+1:] + "/" + path, password != "" || secret.Kinds(user) != nil
}

func artifact(a types.ProjectArtifacts) Artifact {
	return Artifact{Kind: string(a.Type), Location: aws.Value(a.Location), Encrypted: !aws.Value(a.EncryptionDisabled)}
}

func webhook(w *types.Webhook) *Webhook {
	if w == nil {
		return nil
	}
	out := &Webhook{}
	if w.PullRequestBuildPolicy != nil {
		out.CommentApproval = string(w.PullRequestBuildPolicy.RequiresCommentApproval)
	}
	for _, group := range w.FilterGroups {
		var g FilterGroup
		for _, f := range group {
			g.Filters = append(g.Filters, Filter{Kind: string(f.Type), Pattern: aws.Value(f.Pattern), Exclude: aws.Value(f.ExcludeMatchedPattern)})
		}
		out.Groups = append(out.Groups, g)
	}
	return out
}
