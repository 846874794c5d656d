package permission

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// policyLimit is how many characters a managed policy may have ("IAM and AWS STS
// quotas"); a little is left for what IAM adds.
const policyLimit = 6000

// Role says what stands round a policy in a template.
type Role struct {
	// Name is the name of the role.
	Name string
	// Trusted is the ARN of who may take it.
	Trusted string
	// ExternalID is asked for when it is taken; empty for none.
	ExternalID string
}

type document struct {
	Version   string      `json:"Version"`
	Statement []statement `json:"Statement"`
}

type statement struct {
	Sid      string   `json:"Sid"`
	Effect   string   `json:"Effect"`
	Action   []string `json:"Action"`
	Resource any      `json:"Resource"`
}

// settingsOnly are the resources of actions that on every resource would also give
// content: reading the settings of APIs is the same action as reading the values of API
// keys ("Actions, resources, and condition keys for Amazon API Gateway Management"). They
// lack the beginning of an ARN up to the partition.
func settingsOnly() map[string][]string {
	return map[string][]string{
		"apigateway:GET": {":apigateway:*::/restapis*", ":apigateway:*::/apis*", ":apigateway:*::/domainnames*", ":apigateway:*::/account"},
	}
}

// documentOf makes one policy; arn completes an ARN that begins at its service.
func documentOf(needs []Need, arn func(string) any) document {
	narrow := settingsOnly()
	reads := statement{Sid: "StanceReads", Effect: "Allow", Action: []string{}, Resource: "*"}
	var others []statement
	for _, n := range needs {
		places, ok := narrow[n.Action]
		if !ok {
			reads.Action = append(reads.Action, n.Action)
			continue
		}
		var resources []any
		for _, place := range places {
			resources = append(resources, arn(place))
		}
		others = append(others, statement{Sid: "StanceReadsSettings", Effect: "Allow", Action: []string{n.Action}, Resource: resources})
	}
	all := document{Version: "2012-10-17"}
	if len(reads.Action) > 0 {
		all.Statement = append(all.Statement, reads)
	}
	all.Statement = append(all.Statement, others...)
	return all
}

// JSON writes one policy document, for the commercial partition.
func JSON(w io.Writer, needs []Need) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(documentOf(needs, func(rest string) any { return "arn:aws" + rest }))
}

// parts splits the needs so that each part fits into a managed policy.
func parts(needs []Need) [][]Need {
	var out [][]Need
	var part []Need
	size := 0
	for _, n := range needs {
		if size+len(n.Action)+3 > policyLimit-150 && len(part) > 0 {
			out, part, size = append(out, part), nil, 0
		}
		part, size = append(part, n), size+len(n.Action)+3
	}
	return append(out, part)
}

// Terraform writes the role and its policies as Terraform.
func Terraform(w io.Writer, needs []Need, r Role) error {
	var b strings.Builder
	fmt.Fprintf(&b, "resource \"aws_iam_role\" \"stance\" {\n  name = %q\n  assume_role_policy = jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [{\n      Effect    = \"Allow\"\n      Action    = \"sts:AssumeRole\"\n      Principal = { AWS = %q }\n", r.Name, r.Trusted)
	if r.ExternalID != "" {
		fmt.Fprintf(&b, "      Condition = { StringEquals = { \"sts:ExternalId\" = %q } }\n", r.ExternalID)
	}
	b.WriteString("    }]\n  })\n}\n\ndata \"aws_partition\" \"current\" {}\n")
	for i, part := range parts(needs) {
		fmt.Fprintf(&b, "\nresource \"aws_iam_policy\" \"stance_%d\" {\n  name = \"%s-%d\"\n  policy = jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [\n", i+1, r.Name, i+1)
		for _, s := range documentOf(part, func(rest string) any { return "arn:${data.aws_partition.current.partition}" + rest }).Statement {
			s.terraform(&b)
		}
		fmt.Fprintf(&b, "    ]\n  })\n}\n\nresource \"aws_iam_role_policy_attachment\" \"stance_%d\" {\n  role       = aws_iam_role.stance.name\n  policy_arn = aws_iam_policy.stance_%d.arn\n}\n", i+1, i+1)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// terraform writes the statement as an element of a list.
func (s statement) terraform(b *strings.Builder) {
	fmt.Fprintf(b, "      {\n        Sid    = %q\n        Effect = %q\n", s.Sid, s.Effect)
	if places, ok := s.Resource.([]any); ok {
		b.WriteString("        Resource = [\n")
		for _, place := range places {
			fmt.Fprintf(b, "          \"%v\",\n", place)
		}
		b.WriteString("        ]\n")
	} else {
		fmt.Fprintf(b, "        Resource = \"%v\"\n", s.Resource)
	}
	b.WriteString("        Action = [\n")
	for _, action := range s.Action {
		fmt.Fprintf(b, "          %q,\n", action)
	}
	b.WriteString("        ]\n      },\n")
}

// substituted leaves the partition to CloudFormation.
func substituted(rest string) any {
	return map[string]string{"Fn::Sub": "arn:${AWS::Partition}" + rest}
}

// CloudFormation writes the role and its policies as a template that a StackSet can roll
// out over an organisation. Who is trusted and the external id are its parameters.
func CloudFormation(w io.Writer, needs []Need, r Role) error {
	trust := map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"AWS": map[string]string{"Ref": "Trusted"}}}
	parameters := map[string]any{"Trusted": map[string]string{"Type": "String", "Description": "ARN of who may take the role", "Default": r.Trusted}}
	if r.ExternalID != "" {
		parameters["ExternalId"] = map[string]any{"Type": "String", "Description": "asked for when the role is taken", "Default": r.ExternalID}
		trust["Condition"] = map[string]any{"StringEquals": map[string]any{"sts:ExternalId": map[string]string{"Ref": "ExternalId"}}}
	}
	resources, arns := map[string]any{}, []any{}
	for i, part := range parts(needs) {
		name := fmt.Sprintf("Policy%d", i+1)
		resources[name] = map[string]any{"Type": "AWS::IAM::ManagedPolicy", "Properties": map[string]any{"PolicyDocument": documentOf(part, substituted)}}
		arns = append(arns, map[string]string{"Ref": name})
	}
	resources["Role"] = map[string]any{"Type": "AWS::IAM::Role", "Properties": map[string]any{
		"RoleName": r.Name, "ManagedPolicyArns": arns,
		"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{trust}},
	}}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{
		"AWSTemplateFormatVersion": "2010-09-09", "Description": "The role that Stance reads an account with; it can change nothing.",
		"Parameters": parameters, "Resources": resources,
	})
}
