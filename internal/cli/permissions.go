package cli

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/service/permission"
	"github.com/stance-sec/stance/internal/source/aws"
)

func newPermissions(env *Env) *cobra.Command {
	c := &cobra.Command{Use: "permissions", Short: "Print the least permissions that the checks need"}
	c.AddCommand(newPermissionsAWS(env))
	return c
}

func newPermissionsAWS(env *Env) *cobra.Command {
	var chosen []string
	var format string
	var selection aws.Selection
	role := permission.Role{}
	c := &cobra.Command{
		Use:   "aws",
		Short: "Print the AWS policy for the chosen checks",
		Long: `Prints the policy that lets Stance answer the chosen checks and nothing else. Every
action reads settings; none reads content, and none changes anything.`,
		Example: `  stance permissions aws > policy.json
  stance permissions aws --checks 'aws-s3-*' --checks 'aws-iam-*'
  stance permissions aws --org --format terraform --trusted arn:aws:iam::111122223333:root --external-id "$EXTERNAL_ID"
  stance permissions aws --format cloudformation > role.template.json`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			needs, err := awsNeeds(chosen, selection.Org, selection.Options())
			if err != nil {
				return err
			}
			switch format {
			case "json":
				return permission.JSON(env.Stdout, needs)
			case "terraform":
				return permission.Terraform(env.Stdout, needs, role)
			case "cloudformation":
				return permission.CloudFormation(env.Stdout, needs, role)
			case "list":
				e := json.NewEncoder(env.Stdout)
				e.SetIndent("", "  ")
				return e.Encode(needs)
			default:
				return invalid("read the command line", "there is no format %q: json, terraform, cloudformation or list", format)
			}
		},
	}
	f := c.Flags()
	f.StringArrayVar(&chosen, "checks", nil, "only for the checks with this id (* allowed), or with a `DIR` of your own checks; may be repeated")
	f.StringVar(&format, "format", "json", "print as `FORMAT`: json (a policy), terraform, cloudformation (for a StackSet) or list (with the types that need each)")
	f.BoolVar(&selection.Org, "org", false, "also what reading the organisation's accounts takes")
	f.BoolVar(&selection.LastAccessed, "last-accessed", false, "also what reading the last use of every identity takes")
	f.BoolVar(&selection.Creators, "creators", false, "also what reading the creators of resources takes")
	f.StringVar(&role.Name, "role", "StanceAudit", "the `NAME` of the role in a template")
	f.StringVar(&role.Trusted, "trusted", "arn:aws:iam::000000000000:root", "the `ARN` that may take the role in a template")
	f.StringVar(&role.ExternalID, "external-id", "", "the external `ID` that a template asks for")
	return c
}

// awsNeeds returns the permissions for the chosen checks and the options of a scan, sorted
// by action.
func awsNeeds(chosen []string, org bool, options []string) ([]permission.Need, error) {
	_, library, err := app.ParseChecks(chosen).Library()
	if err != nil {
		return nil, err
	}
	needs := append(permission.For(library, app.AWSInfos()), permission.Base(org)...)
	return merged(append(needs, permission.OnRequest(app.AWSInfos(), options)...)), nil
}

// merged joins the needs of one action and sorts by action.
func merged(needs []permission.Need) []permission.Need {
	slices.SortStableFunc(needs, func(a, b permission.Need) int { return strings.Compare(a.Action, b.Action) })
	var list []permission.Need
	for _, n := range needs {
		if last := len(list) - 1; last >= 0 && list[last].Action == n.Action {
			list[last].Types = slices.Compact(slices.Sorted(slices.Values(slices.Concat(list[last].Types, n.Types))))
			list[last].Lists = list[last].Lists || n.Lists
			continue
		}
		list = append(list, n)
	}
	return list
}

// typesOf returns the resource types that the needs are for.
func typesOf(needs []permission.Need) map[string]bool {
	types := map[string]bool{}
	for _, n := range needs {
		for _, t := range n.Types {
			types[t] = true
		}
	}
	return types
}
