package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
)

func newWhoCan(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	c := &cobra.Command{
		Use:   "who-can ACTION RESOURCE",
		Short: "List everyone who may do an action on a resource",
		Long: `Lists users, roles, and whoever the resource's own policy names, with the policy that
decides and the conditions that stay open. Those who are denied are not listed.`,
		Example: `  stance access who-can s3:GetObject arn:aws:s3:::customers/orders.csv
  stance access who-can kms:Decrypt arn:aws:kms:eu-west-1:111122223333:key/1234 --format json
  stance access who-can s3:GetObject arn:aws:s3:::customers/a --given aws:SourceVpce=vpce-0a1b`,
		Args: arguments("an ACTION", "and a RESOURCE"),
		RunE: func(c *cobra.Command, args []string) error {
			given, err := o.settled()
			if err != nil {
				return err
			}
			if err := checkAction(args[0]); err != nil {
				return err
			}
			d, err := o.directory()
			if err != nil {
				return err
			}
			holders, err := d.WhoCan(c.Context(), args[0], args[1], given)
			if err != nil {
				return err
			}
			return o.showHolders(holders)
		},
	}
	o.addTo(c)
	o.addGiven(c)
	return c
}

// holderView is a line of the JSON answer.
type holderView struct {
	Principal string `json:"principal"`
	Kind      string `json:"kind"`
	Account   string `json:"account,omitempty"`
	Outside   bool   `json:"outside"`
	decisionView
}

func (o *accessOptions) showHolders(holders []access.Holder) error {
	if o.format == "json" {
		views := make([]holderView, 0, len(holders))
		for i := range holders {
			h := &holders[i]
			views = append(views, holderView{h.Principal, h.Kind, h.Account, h.Outside, viewOf(&h.Decision, false)})
		}
		return writeJSON(o.env.Stdout, views)
	}
	if len(holders) == 0 {
		fmt.Fprintln(o.env.Stdout, "Nobody in this inventory may.")
		return nil
	}
	for i := range holders {
		h := &holders[i]
		where := ""
		if h.Outside {
			where = "  (outside this inventory)"
		}
		fmt.Fprintf(o.env.Stdout, "%-11s %s%s\n", outcomeWord(h.Decision.Outcome), escape.Terminal(h.Principal), where)
		if because := short(&h.Decision); because != "" {
			fmt.Fprintf(o.env.Stdout, "            %s\n", escape.Terminal(because))
		}
	}
	return nil
}

// outcomeWord is the outcome for people.
func outcomeWord(o decide.Outcome) string {
	switch o {
	case decide.Allowed:
		return "yes"
	case decide.Conditional:
		return "if"
	case decide.Unknown:
		return "unknown"
	default:
		return "no"
	}
}

// short says in a line what decided.
func short(d *decide.Decision) string {
	switch {
	case d.Outcome == decide.Conditional:
		return d.Residue.String() + " (by " + byText(&d.By) + ")"
	case d.Outcome == decide.Unknown && len(d.Unknown) > 0:
		u := d.Unknown[0]
		text := strings.TrimSpace(string(u.Reason) + " " + u.Detail)
		if u.Permission != "" {
			text += "; needs " + u.Permission
		}
		return text
	default:
		return "by " + byText(&d.By)
	}
}

func byText(s *decide.Statement) string {
	text := s.Layer.String()
	if s.Source != "" {
		text += " policy " + s.Source
	}
	if s.Index >= 0 {
		text += fmt.Sprintf(" statement %d", s.Index)
	}
	if s.SID != "" {
		text += " (" + s.SID + ")"
	}
	return text
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func cutGiven(text string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(text, "=")
	return key, value, ok && key != ""
}

// checkAction refuses what is no single action.
func checkAction(action string) error {
	service, name, ok := strings.Cut(action, ":")
	if !ok || service == "" || name == "" || strings.ContainsAny(action, "*? ") {
		return invalid("read the command line", "%q is no action such as s3:GetObject", action)
	}
	return nil
}
