package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
)

func newRightSize(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	var days int
	c := &cobra.Command{
		Use:   "right-size PRINCIPAL",
		Short: "Print the policy that would have been enough for a principal",
		Long: `Prints a policy that permits all that AWS saw a user or role do, and nothing that its
policies do not permit already: their statements with their resources and conditions, less
the services and actions that were not used. It is to replace all of them, those of groups
included, and is held against them before it is printed. The run must have been read with
--last-accessed. Actions that AWS does not track one by one stay with their service.`,
		Example: `  stance scan aws --last-accessed
  stance access right-size web > policy.json
  stance access right-size arn:aws:iam::111122223333:role/web --days 180 --format json`,
		Args: arguments("a PRINCIPAL"),
		RunE: func(_ *cobra.Command, args []string) error {
			census, window, err := o.census(days, "")
			if err != nil {
				return err
			}
			arn, err := onePrincipal(census.Directory, args[0])
			if err != nil {
				return err
			}
			p := census.Directory.Principal(arn)
			if p == nil {
				return invalid("find the principal", "the inventory has no user or role %q", args[0])
			}
			if p.ServiceLinked {
				return invalid("propose a policy", "an AWS service owns %s: nobody can change what it may do", p.Name)
			}
			auditor := unused.NewAuditor(census.Facts, census.Directory, window)
			proposal, why := auditor.RightSize(p)
			if why != nil {
				return estate.Errorf(estate.CodeNotFound, "propose a policy", "what it uses is not known: %s", reasonText(why)).
					WithHint("read its use with `stance scan aws --last-accessed`")
			}
			proof := auditor.Prove(p, proposal)
			if len(proof.Lost)+len(proof.Gained) > 0 {
				return estate.Errorf(estate.CodeInternal, "propose a policy", "the proposal does not hold: %d actions would be lost, %d gained", len(proof.Lost), len(proof.Gained))
			}
			return o.showProposal(proposal, &proof)
		},
	}
	o.addTo(c)
	addDays(c, &days, unused.MostDays)
	return c
}

// proposalView is the JSON answer.
type proposalView struct {
	Policy   json.RawMessage `json:"policy"`
	Replaces []string        `json:"replaces"`
	Services []string        `json:"services_left_out"`
	Actions  []string        `json:"actions_left_out"`
	Kept     int             `json:"actions_kept"`
	Asked    int             `json:"decisions_compared"`
}

// showProposal prints the policy alone to the output, and what it means beside it.
func (o *accessOptions) showProposal(p *unused.Proposal, proof *unused.Proof) error {
	raw, err := p.JSON()
	if err != nil {
		return err
	}
	if o.format == "json" {
		return writeJSON(o.env.Stdout, proposalView{raw, none(p.Replaces), none(p.Services), none(p.Actions), proof.Used, proof.Asked})
	}
	if _, err := o.env.Stdout.Write(raw); err != nil {
		return err
	}
	o.explainProposal(o.env.Stderr, p, proof)
	return nil
}

func (o *accessOptions) explainProposal(w io.Writer, p *unused.Proposal, proof *unused.Proof) {
	if len(p.Policy.Statements) == 0 {
		fmt.Fprintln(w, "Nothing was used: the policies can go.")
	}
	fmt.Fprintf(w, "It replaces %s.\n", escape.Terminal(strings.Join(p.Replaces, ", ")))
	fmt.Fprintf(w, "It leaves out %s", plural(len(p.Services), "service", "services"))
	if len(p.Services) > 0 {
		fmt.Fprintf(w, " (%s)", escape.Terminal(listedOf(p.Services)))
	}
	fmt.Fprintf(w, " and %s", plural(len(p.Actions), "action of others", "actions of others"))
	if len(p.Actions) > 0 {
		fmt.Fprintf(w, " (%s)", escape.Terminal(listedOf(p.Actions)))
	}
	fmt.Fprintf(w, ".\nCompared in %s: %s kept as before, none gained.\n", plural(proof.Asked, "decision", "decisions"), plural(proof.Used, "action is", "actions are"))
}

// listedOf names up to ten of a list and counts the others.
func listedOf(list []string) string {
	const named = 10
	if len(list) <= named {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:named], ", "), len(list)-named)
}

// none is an empty list where there is none.
func none(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}
