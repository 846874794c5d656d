package eventsetup

import "strings"

// Terraform returns the whole set-up as Terraform: what Central makes, and a stack set of
// what Member makes. The provider aws.audit is the audit account in its region, aws the
// management account, or the delegated administrator of stack sets.
func Terraform(o Options) (string, error) {
	inner, err := Member(o)
	if err != nil {
		return "", err
	}
	outer, err := Central(o)
	if err != nil {
		return "", err
	}
	if err := o.check(); err != nil {
		return "", err
	}
	return note(o) + strings.NewReplacer("{central}", heredoc(outer), "{member}", heredoc(inner)).Replace(o.fill(terraform)), nil
}

// heredoc keeps Terraform from reading a text as a template of its own.
func heredoc(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "${", "$${"), "%{", "%%{")
}

const terraform = `
terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.audit]
    }
  }
}

resource "aws_cloudformation_stack" "events" {
  provider     = aws.audit
  name         = "{name}"
  capabilities = ["CAPABILITY_NAMED_IAM"]

  template_body = <<STANCE
{central}STANCE
}

resource "aws_cloudformation_stack_set" "events" {
  name             = "{name}"
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  depends_on       = [aws_cloudformation_stack.events]

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  template_body = <<STANCE
{member}STANCE
}

resource "aws_cloudformation_stack_set_instance" "events" {
  for_each       = toset([{regions}])
  stack_set_name = aws_cloudformation_stack_set.events.name
  region         = each.value

  deployment_targets {
    organizational_unit_ids = [{units}]
  }
}

output "queue_url" {
  value = aws_cloudformation_stack.events.outputs["QueueURL"]
}
`
