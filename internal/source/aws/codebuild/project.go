package codebuild

import (
	"context"
	"slices"

	sdk "github.com/aws/aws-sdk-go-v2/service/codebuild"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Project is a CodeBuild project: what it builds, for whom, and with which rights.
type Project struct {
	// Role is the role that its builds act with.
	Role string `json:"role"`
	// Image is what a build runs in.
	Image string `json:"image"`
	// Privileged is whether builds have the powers of their machine's root user, as building
	// images with Docker takes.
	Privileged bool `json:"privileged"`
	// Environment are the environment variables: names, never values.
	Environment []Variable `json:"environment"`
	// Sources are the places that code comes from, the main one first.
	Sources []Source `json:"sources"`
	// Public is whether everyone can read the results and logs of builds.
	Public bool `json:"public"`
	// LogGroup is where build logs go in CloudWatch: empty when they do not.
	LogGroup string `json:"log_group"`
	// LogBucket is where build logs go in S3, with the path; empty when they do not.
	LogBucket string `json:"log_bucket"`
	// LogBucketEncrypted is whether logs in the bucket are encrypted; false when there are
	// none.
	LogBucketEncrypted bool `json:"log_bucket_encrypted"`
	// Artifacts are the places that results go to, the main one first.
	Artifacts []Artifact `json:"artifacts"`
	// EncryptionKey is the key for results; empty for the key of S3 that AWS keeps.
	EncryptionKey string `json:"encryption_key"`
	// Webhook is what makes the code's host start a build; absent when nothing does.
	Webhook *Webhook `json:"webhook,omitempty"`
	// VPC is the network that builds reach; empty when it is none of the customer's.
	VPC string `json:"vpc"`
	// Subnets are the subnets of builds in a network.
	Subnets []string `json:"subnets"`
	// SecurityGroups are the ids of the firewalls of builds in a network.
	SecurityGroups []string `json:"security_groups"`
	// TimeoutMinutes is how long one build may last.
	TimeoutMinutes int `json:"timeout_minutes"`
}

// Variable is an environment variable.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Kind is PLAINTEXT when the project holds the value, PARAMETER_STORE or
	// SECRETS_MANAGER when it names where the value is kept.
	Kind string `json:"kind"`
	// Secrets are the kinds of credentials that a plain value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

// Source is a place that code comes from.
type Source struct {
	// Kind is the host, such as GITHUB, CODECOMMIT, S3 or NO_SOURCE.
	Kind string `json:"kind"`
	// Location is where, without user name and password.
	Location string `json:"location"`
	// CredentialsInURL is whether a password or token stands in the address.
	CredentialsInURL bool `json:"credentials_in_url"`
	// InlineBuildspec is whether the project itself says what a build does. Otherwise a file
	// among the code does, and whoever may change the code decides.
	InlineBuildspec bool `json:"inline_buildspec"`
	// BuildspecSecrets are the kinds of credentials that the project's own build steps look
	// to hold; empty when none.
	BuildspecSecrets []string `json:"buildspec_secrets"`
	// ChecksCertificate is whether the host must show a good certificate.
	ChecksCertificate bool `json:"checks_certificate"`
}

// Artifact is a place that results go to.
type Artifact struct {
	// Kind is S3, CODEPIPELINE or NO_ARTIFACTS.
	Kind string `json:"kind"`
	// Location is the bucket; empty when it is none.
	Location string `json:"location"`
	// Encrypted is whether results are encrypted.
	Encrypted bool `json:"encrypted"`
}

// Webhook is what makes the code's host start a build.
type Webhook struct {
	// Groups are sets of conditions: a build starts when all of one set hold. Empty starts a
	// build for everything.
	Groups []FilterGroup `json:"groups"`
	// CommentApproval is which pull requests wait for someone with rights to the code:
	// ALL_PULL_REQUESTS, FORK_PULL_REQUESTS or DISABLED; empty when it was never set, which
	// acts as DISABLED.
	CommentApproval string `json:"comment_approval"`
}

// FilterGroup is a set of conditions that must all hold.
type FilterGroup struct {
	// Filters are the conditions.
	Filters []Filter `json:"filters"`
}

// Filter is a condition on what happened at the code's host.
type Filter struct {
	// Kind is what is looked at, such as EVENT, ACTOR_ACCOUNT_ID or HEAD_REF.
	Kind string `json:"kind"`
	// Pattern is a list of events, or an expression that must be found in the text.
	Pattern string `json:"pattern"`
	// Exclude is whether the pattern must not match.
	Exclude bool `json:"exclude"`
}

var project = source.Type[*aws.Session, Project]{
	Name:     "aws_codebuild_project",
	Service:  "codebuild",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListProjects", Permission: "codebuild:ListProjects"},
		{Op: "BatchGetProjects", Permission: "codebuild:BatchGetProjects"},
	},
	Refresh: []string{"CreateProject", "UpdateProject", "DeleteProject", "UpdateProjectVisibility", "CreateWebhook", "UpdateWebhook", "DeleteWebhook"},
	List:    listProjects,
	Facets:  projectFacets,
}

func listProjects(ctx context.Context, s *aws.Session, found func(*source.Draft[Project])) error {
	pages := sdk.NewListProjectsPaginator(client(s), &sdk.ListProjectsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for names := range slices.Chunk(page.Projects, 100) {
			out, err := client(s).BatchGetProjects(ctx, &sdk.BatchGetProjectsInput{Names: names})
			if err != nil {
				return err
			}
			for _, p := range out.Projects {
				found(draftProject(p))
			}
		}
	}
	return nil
}
