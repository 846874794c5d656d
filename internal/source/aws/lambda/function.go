package lambda

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Function is a Lambda function in its newest, unpublished version, with who may call
// it and what its code can reach.
type Function struct {
	// Runtime is the language runtime, such as python3.13; empty for a container image.
	Runtime string `json:"runtime"`
	// PackageType is Zip or Image.
	PackageType string `json:"package_type"`
	// State is Active, Inactive, Pending or Failed; an inactive one is woken by a call.
	State string `json:"state"`
	// Role is the role its code acts with.
	Role string `json:"role"`
	// VPC is the network its code reaches; absent when it is in none of the customer's.
	VPC *VPC `json:"vpc,omitempty"`
	// Environment are the variables its code is given: names, never values.
	Environment []Variable `json:"environment"`
	// EnvironmentKey is the customer's key for the variables at rest; empty for the key of
	// AWS.
	EnvironmentKey string `json:"environment_key"`
	// Layers are the versions of shared code it loads.
	Layers []string `json:"layers"`
	// DeadLetter is the queue or topic for asynchronous events that failed; empty when
	// they are dropped.
	DeadLetter string `json:"dead_letter"`
	// Tracing is whether X-Ray records a part of all calls, and not only those whose
	// caller asked for it.
	Tracing bool `json:"tracing"`
	// Architectures are the processors it runs on: x86_64 or arm64.
	Architectures []string `json:"architectures"`
	// CodeSigningConfig is the rule about whose signature code must carry; empty when any
	// code is taken.
	CodeSigningConfig string `json:"code_signing_config"`
	// LogGroup is the group its logs go to.
	LogGroup string `json:"log_group"`
	// TimeoutSeconds is how long one call may last.
	TimeoutSeconds int `json:"timeout_seconds"`
	// MemoryMB is the memory it is given.
	MemoryMB int `json:"memory_mb"`
	// Modified is when its code or settings last changed; absent when that is not told.
	Modified *time.Time `json:"modified,omitempty"`
	// Policy is who else may call it; absent when there is none. It is the policy of the
	// function itself, not those of its versions and aliases.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// URLs are the web addresses at which it answers, one for the function and one for an
	// alias.
	URLs []URL `json:"urls"`

	environmentError error
}

// VPC is where a function's network interfaces stand.
type VPC struct {
	// ID is the network.
	ID string `json:"id"`
	// Subnets are the subnets it may use.
	Subnets []string `json:"subnets"`
	// Zones are the availability zones of the subnets, each once.
	Zones []string `json:"zones"`
	// SecurityGroups are the ids of its firewalls.
	SecurityGroups []string `json:"security_groups"`
}

// Variable is an environment variable.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

// URL is a web address of a function.
type URL struct {
	// Alias is the alias that answers; empty for the unpublished version.
	Alias string `json:"alias"`
	// AuthType is AWS_IAM when calls must be signed, or NONE when the policy alone decides
	// who may call.
	AuthType string `json:"auth_type"`
	// Policy is the alias's own policy, which decides in place of the function's; absent
	// when it has none, and for the unpublished version.
	Policy *policydoc.Document `json:"policy,omitempty"`
	// AllowedOrigins are the web sites whose pages may call; empty when none may. A star
	// stands for every site.
	AllowedOrigins []string `json:"allowed_origins"`
	// AllowCredentials is whether pages of those sites may send cookies along.
	AllowCredentials bool `json:"allow_credentials"`
}

var function = source.Type[*aws.Session, Function]{
	Name:     "aws_lambda_function",
	Service:  "lambda",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListFunctions", Permission: "lambda:ListFunctions"},
		{Op: "GetPolicy", Permission: "lambda:GetPolicy", Fills: []string{"policy", "urls.policy"}},
		{Op: "ListFunctionUrlConfigs", Permission: "lambda:ListFunctionUrlConfigs", Fills: []string{"urls"}},
		{Op: "ListCodeSigningConfigs", Permission: "lambda:ListCodeSigningConfigs", Fills: []string{"code_signing_config"}},
		{Op: "ListFunctionsByCodeSigningConfig", Permission: "lambda:ListFunctionsByCodeSigningConfig", Fills: []string{"code_signing_config"}},
		{Op: "DescribeSubnets", Permission: "ec2:DescribeSubnets", Fills: []string{"vpc.zones"}},
		{Op: "ListTags", Permission: "lambda:ListTags", Fills: []string{"tags"}},
	},
	Refresh: []string{
		"CreateFunction20150331", "DeleteFunction20150331", "UpdateFunctionCode20150331v2", "UpdateFunctionConfiguration20150331v2",
		"AddPermission20150331v2", "RemovePermission20150331v2", "CreateFunctionUrlConfig", "UpdateFunctionUrlConfig",
		"DeleteFunctionUrlConfig", "PutFunctionCodeSigningConfig", "DeleteFunctionCodeSigningConfig", "TagResource20170331v2", "UntagResource20170331v2",
	},
	Gone:   []string{"ResourceNotFoundException"},
	List:   listFunctions,
	Detail: readFunction,
	Facets: functionFacets,
}

func listFunctions(ctx context.Context, s *aws.Session, found func(*source.Draft[Function])) error {
	size := int32(50)
	pages := sdk.NewListFunctionsPaginator(client(s), &sdk.ListFunctionsInput{MaxItems: &size})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, f := range page.Functions {
			found(draftFunction(f))
		}
	}
	return nil
}
