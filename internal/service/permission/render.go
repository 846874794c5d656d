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
	Resource string   `json:"Resource"`
}

func documentOf(needs []Need) document {
	actions := make([]string, len(needs))
	for i, n := range needs {
		actions[i] = n.Action
	}
	return document{Version: "2012-10-17", Statement: []statement{{Sid: "StanceReads", Effect: "Allow", Action: actions, Resource: "*"}}}
}

// JSON writes one policy document.
func JSON(w io.Writer, needs []Need) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(documentOf(needs))
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
	b.WriteString("    }]\n  })\n}\n")
	for i, part := range parts(needs) {
		fmt.Fprintf(&b, "\nresource \"aws_iam_policy\" \"stance_%d\" {\n  name = \"%s-%d\"\n  policy = jsonencode({\n    Version = \"2012-10-17\"\n    Statement = [{\n      Sid      = \"StanceReads\"\n      Effect   = \"Allow\"\n      Resource = \"*\"\n      Action = [\n", i+1, r.Name, i+1)
		for _, n := range part {
			fmt.Fprintf(&b, "        %q,\n", n.Action)
		}
		fmt.Fprintf(&b, "      ]\n    }]\n  })\n}\n\nresource \"aws_iam_role_policy_attachment\" \"stance_%d\" {\n  role       = aws_iam_role.stance.name\n  policy_arn = aws_iam_policy.stance_%d.arn\n}\n", i+1, i+1)
	}
	_, err := io.WriteString(w, b.String())
	return err
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
		resources[name] = map[string]any{"Type": "AWS::IAM::ManagedPolicy", "Properties": map[string]any{"PolicyDocument": documentOf(part)}}
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
