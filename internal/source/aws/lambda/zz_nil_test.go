package lambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/apigateway"
	"github.com/stance-sec/stance/internal/source/aws/apigatewayv2"
	"github.com/stance-sec/stance/internal/source/aws/awstest"
	"github.com/stance-sec/stance/internal/source/aws/bedrock"
	"github.com/stance-sec/stance/internal/source/aws/cloudfront"
	"github.com/stance-sec/stance/internal/source/aws/codebuild"
	"github.com/stance-sec/stance/internal/source/aws/cognito"
	"github.com/stance-sec/stance/internal/source/aws/ecr"
	"github.com/stance-sec/stance/internal/source/aws/ecs"
	"github.com/stance-sec/stance/internal/source/aws/eks"
	"github.com/stance-sec/stance/internal/source/aws/eventbridge"
	"github.com/stance-sec/stance/internal/source/aws/glue"
	"github.com/stance-sec/stance/internal/source/aws/lambda"
	"github.com/stance-sec/stance/internal/source/aws/sagemaker"
	"github.com/stance-sec/stance/internal/source/aws/sfn"
	"github.com/stance-sec/stance/internal/source/aws/sns"
	"github.com/stance-sec/stance/internal/source/aws/sqs"
)

// mutations returns copies of v, each with one thing in it removed, nulled or garbled.
func mutations(v any) []any {
	var out []any
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			without := map[string]any{}
			for k2, e := range v {
				if k2 != k {
					without[k2] = e
				}
			}
			out = append(out, without)
			for _, m := range append(mutations(v[k]), nil) {
				c := map[string]any{}
				for k2, e := range v {
					c[k2] = e
				}
				c[k] = m
				out = append(out, c)
			}
		}
	case []any:
		out = append(out, []any{}, []any{nil}, append([]any{map[string]any{}}, v...))
		for i := range v {
			for _, m := range mutations(v[i]) {
				c := append([]any{}, v...)
				c[i] = m
				out = append(out, c)
			}
		}
	case string:
		out = append(out, "", ":", "//", "arn:", "{", "\"", "a=b@c://d", strings.Repeat(":", 9))
	}
	return out
}

func TestZZNil(t *testing.T) {
	all := map[string][]source.Kind[*aws.Session]{
		"apigateway": apigateway.Kinds(), "apigatewayv2": apigatewayv2.Kinds(), "bedrock": bedrock.Kinds(), "cloudfront": cloudfront.Kinds(),
		"codebuild": codebuild.Kinds(), "cognito": cognito.Kinds(), "ecr": ecr.Kinds(), "ecs": ecs.Kinds(), "eks": eks.Kinds(),
		"eventbridge": eventbridge.Kinds(), "glue": glue.Kinds(), "lambda": lambda.Kinds(), "sagemaker": sagemaker.Kinds(), "sfn": sfn.Kinds(),
		"sns": sns.Kinds(), "sqs": sqs.Kinds(),
	}
	n := 0
	for pkg, kinds := range all {
		for _, k := range kinds {
			archive, err := txtar.ParseFile(filepath.Join("..", pkg, "testdata", k.Info().Name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range archive.Files {
				if f.Name == "want.json" {
					continue
				}
				var v any
				if json.Unmarshal(f.Data, &v) != nil {
					t.Fatal(f.Name)
				}
				for _, m := range mutations(v) {
					raw, _ := json.Marshal(m)
					c := &txtar.Archive{Files: append([]txtar.File{}, archive.Files...)}
					c.Files[i] = txtar.File{Name: f.Name, Data: raw}
					n++
					err := k.Collect(context.Background(), awstest.NewFake(c).Session(), func(*estate.Resource) error { return nil })
					if err != nil && strings.Contains(fmt.Sprint(err), "collector failed") {
						t.Errorf("%s %s %s: %v", k.Info().Name, f.Name, raw, err)
					}
				}
			}
		}
	}
	t.Log(n)
}
