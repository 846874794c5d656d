package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/access"
	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/estate"
)

func newExplain(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	c := &cobra.Command{
		Use:   "explain PRINCIPAL ACTION RESOURCE",
		Short: "Say whether a principal may do an action on a resource, and which statement decided",
		Long: `Answers allow, deny-explicit, deny-implicit, conditional or unknown, and shows every
statement that was weighed, layer by layer. PRINCIPAL is the ARN or the name of a user or
role, the name of a service, anonymous for who signs nothing, or "any AWS account" for
whoever has an account somewhere.`,
		Example: `  stance access explain arn:aws:iam::111122223333:role/web s3:GetObject arn:aws:s3:::customers/orders.csv
  stance access explain anonymous s3:GetObject arn:aws:s3:::site/index.html
  stance access explain web s3:PutObject arn:aws:s3:::customers/a --given aws:MultiFactorAuthPresent=true`,
		Args: arguments("a PRINCIPAL,", "an ACTION", "and a RESOURCE"),
		RunE: func(_ *cobra.Command, args []string) error {
			given, err := o.settled()
			if err != nil {
				return err
			}
			if err := checkAction(args[1]); err != nil {
				return err
			}
			d, err := o.directory()
			if err != nil {
				return err
			}
			principal, err := onePrincipal(d, args[0])
			if err != nil {
				return err
			}
			decision, err := d.Ask(access.Question{Principal: principal, Action: args[1], Resource: args[2], Context: given})
			if err != nil {
				return err
			}
			return o.showDecision(args, &decision)
		},
	}
	o.addTo(c)
	o.addGiven(c)
	return c
}

// onePrincipal finds the ARN that a name stands for.
func onePrincipal(d *access.Directory, text string) (string, error) {
	named := d.Named(text)
	switch len(named) {
	case 0:
		if _, ok := decide.ParsePrincipal(text); !ok && text != access.AnyAccount {
			return "", invalid("find the principal", "the inventory has no user or role %q", text)
		}
		return text, nil
	case 1:
		if named[0].Name == text {
			return named[0].ARN, nil
		}
		return text, nil
	default:
		return "", invalid("find the principal", "%d principals are called %q: give the ARN, such as %s", len(named), text, named[0].ARN)
	}
}

// decisionView is a decision in the JSON answer.
type decisionView struct {
	Outcome string           `json:"outcome"`
	By      statementView    `json:"by"`
	Residue string           `json:"residue,omitempty"`
	Terms   [][]string       `json:"terms,omitempty"`
	Classes []decide.Class   `json:"residue_classes,omitempty"`
	Unknown []estate.Unknown `json:"unknown,omitempty"`
	Trace   []string         `json:"trace,omitempty"`
}

type statementView struct {
	Layer     string `json:"layer"`
	Level     int    `json:"level,omitempty"`
	Policy    string `json:"policy,omitempty"`
	Statement int    `json:"statement"`
	SID       string `json:"sid,omitempty"`
}

func viewOf(d *decide.Decision, traced bool) decisionView {
	v := decisionView{
		Outcome: d.Outcome.String(), Residue: d.Residue.String(), Classes: d.Residue.Classes(), Unknown: d.Unknown,
		By: statementView{d.By.Layer.String(), d.By.Level, d.By.Source, d.By.Index, d.By.SID},
	}
	for _, term := range d.Residue.Terms {
		tests := make([]string, 0, len(term))
		for i := range term {
			tests = append(tests, term[i].String())
		}
		v.Terms = append(v.Terms, tests)
	}
	if traced {
		for i := range d.Trace {
			v.Trace = append(v.Trace, d.Trace[i].String())
		}
	}
	return v
}

func (o *accessOptions) showDecision(args []string, d *decide.Decision) error {
	if o.format == "json" {
		return writeJSON(o.env.Stdout, struct {
			Principal string `json:"principal"`
			Action    string `json:"action"`
			Resource  string `json:"resource"`
			decisionView
		}{args[0], args[1], args[2], viewOf(d, true)})
	}
	w := o.env.Stdout
	fmt.Fprintf(w, "%s: %s\n", d.Outcome, escape.Terminal(byText(&d.By)))
	if d.Outcome == decide.Conditional {
		fmt.Fprintf(w, "  only if %s\n", escape.Terminal(d.Residue.String()))
	}
	for i := range d.Unknown {
		u := &d.Unknown[i]
		fmt.Fprintf(w, "  not known: %s\n", escape.Terminal(string(u.Reason)+" "+u.Path+" "+u.Detail+" "+u.Permission))
	}
	fmt.Fprintln(w, "\nWhat was weighed:")
	for i := range d.Trace {
		fmt.Fprintf(w, "  %s\n", escape.Terminal(d.Trace[i].String()))
	}
	return nil
}
