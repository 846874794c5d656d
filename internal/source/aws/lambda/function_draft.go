package lambda

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

// draftFunction takes over what the list says.
func draftFunction(f types.FunctionConfiguration) *source.Draft[Function] {
	d := &source.Draft[Function]{ID: aws.Value(f.FunctionArn), Name: aws.Value(f.FunctionName)}
	d.Config = Function{
		Runtime: string(f.Runtime), PackageType: string(f.PackageType), State: string(f.State), Role: aws.Value(f.Role),
		EnvironmentKey: aws.Value(f.KMSKeyArn), Architectures: aws.Texts(f.Architectures),
		TimeoutSeconds: int(aws.Value(f.Timeout)), MemoryMB: int(aws.Value(f.MemorySize)), Modified: modified(aws.Value(f.LastModified)),
		LogGroup: "/aws/lambda/" + d.Name,
	}
	if v := f.VpcConfig; v != nil && aws.Value(v.VpcId) != "" {
		d.Config.VPC = &VPC{ID: aws.Value(v.VpcId), Subnets: v.SubnetIds, SecurityGroups: v.SecurityGroupIds}
	}
	if f.Environment != nil {
		d.Config.Environment = variables(f.Environment.Variables)
		if e := f.Environment.Error; e != nil {
			d.Config.environmentError = &smithy.GenericAPIError{Code: aws.Value(e.ErrorCode), Message: aws.Value(e.Message)}
		}
	}
	for _, l := range f.Layers {
		d.Config.Layers = append(d.Config.Layers, aws.Value(l.Arn))
	}
	if f.DeadLetterConfig != nil {
		d.Config.DeadLetter = aws.Value(f.DeadLetterConfig.TargetArn)
	}
	if f.TracingConfig != nil {
		d.Config.Tracing = f.TracingConfig.Mode == types.TracingModeActive
	}
	if f.LoggingConfig != nil && aws.Value(f.LoggingConfig.LogGroup) != "" {
		d.Config.LogGroup = aws.Value(f.LoggingConfig.LogGroup)
	}
	return d
}

// variables keeps the names, sorted, and what kinds of secrets the values look like.
func variables(values map[string]string) []Variable {
	out := make([]Variable, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		out = append(out, Variable{Name: name, Secrets: secret.Setting(name, values[name])})
	}
	return out
}

// modified reads Lambda's own way to write a time; nil when it is none.
func modified(text string) *time.Time {
	t, err := time.Parse("2006-01-02T15:04:05.000-0700", text)
	if err != nil {
		return nil
	}
	t = t.UTC()
	return &t
}
