package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
	service "github.com/stance-sec/stance/internal/service/access"
)

func newUnused(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	var days int
	var all bool
	c := &cobra.Command{
		Use:   "unused",
		Short: "List users, roles, keys and rights that nobody uses",
		Long: `Lists users, roles, passwords and keys that were not used for a while, administrators who
changed nothing, and services and actions that were granted and not used, with the policy
that grants them. Rights are judged where the run was read with --last-accessed. What is
younger than the window is not judged; what was not read is counted as unknown.`,
		Example: `  stance scan aws --last-accessed
  stance access unused
  stance access unused --days 180 --format json | jq '.items[] | select(.verdict == "unknown")'`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			census, window, err := o.census(days, "")
			if err != nil {
				return err
			}
			r, err := restOf(c.Context(), census, window)
			if err != nil {
				return err
			}
			if o.format == "json" {
				return writeJSON(env.Stdout, r)
			}
			r.print(env.Stdout, all)
			return nil
		},
	}
	o.addTo(c)
	addDays(c, &days, defaultDays)
	c.Flags().BoolVar(&all, "all", false, "name what is unknown, too, in the table")
	return c
}

// defaultDays is for how long something rests before it counts as unused.
const defaultDays = 90

func addDays(c *cobra.Command, days *int, usual int) {
	c.Flags().IntVar(days, "days", usual, fmt.Sprintf("count as unused what was not used for `N` days, at most %d", unused.MostDays))
}

// census reads the run, and the window before its end.
func (o *accessOptions) census(days int, contextFile string) (*service.Census, unused.Window, error) {
	window := unused.Window{Days: days}
	if days < 1 || days > unused.MostDays {
		return nil, window, invalid("read the command line", "--days takes 1 to %d, not %d", unused.MostDays, days)
	}
	mapping, err := readMapping(contextFile)
	if err != nil {
		return nil, window, err
	}
	reader, err := o.open()
	if err != nil {
		return nil, window, err
	}
	defer reader.Close() //nolint:errcheck // only read
	census, err := service.Count(reader, mapping)
	if err != nil {
		return nil, window, err
	}
	window.Now = census.Read
	return census, window, nil
}

// rest is what is not used, as the JSON answer has it.
type rest struct {
	AsOf   time.Time    `json:"as_of"`
	Days   int          `json:"days"`
	Items  []itemView   `json:"items"`
	Grants []excessView `json:"grants"`
}

type itemView struct {
	Kind      string          `json:"kind"`
	Principal string          `json:"principal"`
	Account   string          `json:"account"`
	Key       int             `json:"key,omitempty"`
	Created   *time.Time      `json:"created,omitempty"`
	LastUsed  *time.Time      `json:"last_used,omitempty"`
	Verdict   unused.Verdict  `json:"verdict"`
	Unknown   *estate.Unknown `json:"unknown,omitempty"`
}

type excessView struct {
	Principal     string          `json:"principal"`
	Account       string          `json:"account"`
	Administrator estate.Tri      `json:"administrator"`
	UnusedAdmin   bool            `json:"unused_administrator"`
	Verdict       unused.Verdict  `json:"verdict"`
	Unused        []grantView     `json:"unused"`
	Unknown       *estate.Unknown `json:"unknown,omitempty"`
}

type grantView struct {
	Service  string     `json:"service"`
	Actions  []string   `json:"actions,omitempty"`
	LastUsed *time.Time `json:"last_used,omitempty"`
	By       []string   `json:"by"`
}

// restOf judges everything of a census.
func restOf(ctx context.Context, census *service.Census, window unused.Window) (*rest, error) {
	r := &rest{AsOf: window.Now, Days: window.Days, Items: []itemView{}, Grants: []excessView{}}
	for _, i := range census.Facts.Items(census.Directory, window) {
		r.Items = append(r.Items, itemView{i.Kind, i.Principal, i.Account, i.Key, i.Created, i.LastUsed, i.Verdict, i.Unknown})
	}
	auditor := unused.NewAuditor(census.Facts, census.Directory, window)
	for _, p := range census.Directory.Principals() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if p.ServiceLinked {
			continue
		}
		e := auditor.Excess(p)
		v := excessView{Principal: p.ARN, Account: p.Account, Administrator: e.Administers, UnusedAdmin: e.UnusedAdmin, Verdict: e.Verdict, Unused: []grantView{}, Unknown: e.Unknown}
		for _, g := range e.Grants {
			v.Unused = append(v.Unused, grantView(g))
		}
		r.Grants = append(r.Grants, v)
	}
	return r, nil
}

func (r *rest) print(w io.Writer, all bool) {
	fmt.Fprintf(w, "As of %s, not used for %d days or more:\n", r.AsOf.Format(time.DateOnly), r.Days)
	counts := map[unused.Verdict]int{}
	for i := range r.Items {
		item := &r.Items[i]
		counts[item.Verdict]++
		if item.Verdict == unused.Idle || all && item.Verdict == unused.Unknown {
			fmt.Fprintf(w, "  %-11s %s\n              %s\n", item.Kind, escape.Terminal(item.name()), escape.Terminal(item.because()))
		}
	}
	fmt.Fprintf(w, "%d unused, %d used, %d too young to judge, %d unknown.\n", counts[unused.Idle], counts[unused.Used], counts[unused.Young], counts[unused.Unknown])
	r.printGrants(w)
}

func (i *itemView) name() string {
	if i.Key > 0 {
		return fmt.Sprintf("%s, key %d", i.Principal, i.Key)
	}
	return i.Principal
}

func (i *itemView) because() string {
	switch {
	case i.Unknown != nil:
		return "not known: " + reasonText(i.Unknown)
	case i.LastUsed == nil:
		return "no use was seen"
	default:
		return "last used " + i.LastUsed.Format(time.DateOnly)
	}
}

func (r *rest) printGrants(w io.Writer) {
	fmt.Fprintln(w, "\nGranted and not used:")
	counts := map[unused.Verdict]int{}
	var why *estate.Unknown
	for i := range r.Grants {
		e := &r.Grants[i]
		counts[e.Verdict]++
		if why == nil {
			why = e.Unknown
		}
		if e.Verdict != unused.Idle {
			continue
		}
		fmt.Fprintf(w, "  %s\n", escape.Terminal(e.Principal))
		if e.UnusedAdmin {
			fmt.Fprintln(w, "    is an administrator and changed no identity")
		}
		for _, g := range e.Unused {
			fmt.Fprintf(w, "    %s\n", escape.Terminal(g.text()))
		}
	}
	fmt.Fprintf(w, "%d with unused rights, %d use all, %d too young to judge, %d unknown.\n", counts[unused.Idle], counts[unused.Used], counts[unused.Young], counts[unused.Unknown])
	if why != nil {
		fmt.Fprintf(w, "  not known: %s\n", escape.Terminal(reasonText(why)))
	}
}

func (g *grantView) text() string {
	what := g.Service + ":*"
	if len(g.Actions) > 0 {
		what = fmt.Sprintf("%s: %s", g.Service, strings.Join(g.Actions, ", "))
	}
	return what + " by " + strings.Join(g.By, ", ")
}

// reasonText says in a line why something is not known.
func reasonText(u *estate.Unknown) string {
	text := strings.TrimSpace(string(u.Reason) + " " + u.Detail)
	if u.Permission != "" {
		text += "; needs " + u.Permission
	}
	return text
}
