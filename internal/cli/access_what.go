package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

func newWhatCan(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	var only string
	c := &cobra.Command{
		Use:   "what-can PRINCIPAL",
		Short: "List what a principal may do, by service and resource",
		Long: `Lists what a user or role may do by its own policies, after its boundary, denies and the
organisation's policies. What policies of resources give it comes on top; ask for one
resource with explain to see everything that is weighed for it.`,
		Example: `  stance access what-can arn:aws:iam::111122223333:role/web
  stance access what-can web --service iam
  stance access what-can web --format json | jq '.[] | select(.levels | index("permissions management"))'`,
		Args: arguments("a PRINCIPAL"),
		RunE: func(c *cobra.Command, args []string) error {
			d, err := o.directory()
			if err != nil {
				return err
			}
			arn, err := onePrincipal(d, args[0])
			if err != nil {
				return err
			}
			p := d.Principal(arn)
			if p == nil {
				return invalid("find the principal", "the inventory has no user or role %q", args[0])
			}
			permissions, err := d.WhatCan(c.Context(), p, only)
			if err != nil {
				return err
			}
			return o.showPermissions(permissions)
		},
	}
	o.addTo(c)
	c.Flags().StringVar(&only, "service", "", "only actions of this service, by the `PREFIX` of its actions, such as s3")
	return c
}

// permissionView is a line of the JSON answer.
type permissionView struct {
	Service  string   `json:"service"`
	Levels   []string `json:"levels"`
	Actions  []string `json:"actions"`
	All      bool     `json:"all_of_service"`
	Resource string   `json:"resource"`
	Outcome  string   `json:"outcome"`
	Terms    string   `json:"terms,omitempty"`
	By       string   `json:"by"`
}

func (o *accessOptions) showPermissions(permissions []access.Permission) error {
	if o.format == "json" {
		views := make([]permissionView, 0, len(permissions))
		for _, p := range permissions {
			views = append(views, permissionView{p.Service, p.Levels, p.Actions, p.All, p.Resource, p.Outcome.String(), p.Terms, p.By})
		}
		return writeJSON(o.env.Stdout, views)
	}
	if len(permissions) == 0 {
		fmt.Fprintln(o.env.Stdout, "Nothing by its own policies.")
		return nil
	}
	for _, p := range permissions {
		actions := fmt.Sprintf("%d actions", len(p.Actions))
		const few = 4
		switch {
		case p.All:
			actions = "every action"
		case len(p.Actions) <= few:
			actions = strings.Join(p.Actions, ", ")
		}
		fmt.Fprintf(o.env.Stdout, "%-24s %s on %s\n", escape.Terminal(p.Service), actions, escape.Terminal(p.Resource))
		detail := strings.Join(p.Levels, ", ") + ", by " + p.By
		if p.Outcome == decide.Conditional {
			detail += ", only if " + p.Terms
		}
		if p.Outcome == decide.Unknown {
			detail = "not known: " + detail
		}
		fmt.Fprintf(o.env.Stdout, "%-24s %s\n", "", escape.Terminal(detail))
	}
	return nil
}
