package cli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/action/output/escape"
	"github.com/stance-sec/stance/internal/analysis/identity/roster"
	"github.com/stance-sec/stance/internal/analysis/identity/unused"
	"github.com/stance-sec/stance/internal/estate"
	service "github.com/stance-sec/stance/internal/service/access"
)

func newIdentities(env *Env) *cobra.Command {
	o := &accessOptions{env: env}
	var machines bool
	var mapping string
	c := &cobra.Command{
		Use:   "identities",
		Short: "List users, roles and sign-in providers with owner, age, last use, trust and reach",
		Long: `Lists users, roles and the OIDC and SAML providers that roles trust: whose they are and how
that is known, how old they are, when they were last used, which keys they have, who may take
a role, and how far they reach. A provider reaches the roles that trust it; AWS does not tell
its last use, which is known where a role that trusts nobody else was used. With --non-human
only those that no person signs in with: users without a password, and roles and providers
but for those that a company's sign-in leads to. Roles that AWS services own are left out.`,
		Example: `  stance access identities --non-human
  stance access identities --context context.yaml --format json | jq '.[] | select(.administrator == true)'`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			census, window, err := o.census(defaultDays, mapping)
			if err != nil {
				return err
			}
			list, err := identitiesOf(c.Context(), census, window, machines)
			if err != nil {
				return err
			}
			if o.format == "json" {
				return writeJSON(env.Stdout, list)
			}
			for i := range list {
				list[i].print(env.Stdout)
			}
			fmt.Fprintln(env.Stdout, plural(len(list), "identity", "identities"))
			return nil
		},
	}
	o.addTo(c)
	c.Flags().BoolVar(&machines, "non-human", false, "only identities that no person signs in with")
	c.Flags().StringVar(&mapping, "context", "", "take owners from the mapping in `FILE`")
	return c
}

// identityView is a line of the JSON answer.
type identityView struct {
	ARN           string                    `json:"arn"`
	Kind          string                    `json:"kind"`
	Account       string                    `json:"account"`
	Human         estate.Tri                `json:"human"`
	Owner         string                    `json:"owner,omitempty"`
	Evidence      []estate.BusinessEvidence `json:"owner_evidence,omitempty"`
	Created       *time.Time                `json:"created,omitempty"`
	AgeDays       *int                      `json:"age_days,omitempty"`
	LastUsed      *time.Time                `json:"last_used,omitempty"`
	Use           unused.Verdict            `json:"use"`
	Keys          []keyView                 `json:"keys"`
	Trusts        []trustView               `json:"trusted_by"`
	Administrator estate.Tri                `json:"administrator"`
	// Roles are those that trust a provider; absent for users and roles.
	Roles *rolesView `json:"roles,omitempty"`
	*reachView
}

// reachView is absent for providers, which reach what their roles do.
type reachView struct {
	Reads   int `json:"stores_readable"`
	Perhaps int `json:"stores_perhaps"`
	Stores  int `json:"stores"`
}

type keyView struct {
	Created  *time.Time     `json:"created,omitempty"`
	LastUsed *time.Time     `json:"last_used,omitempty"`
	Use      unused.Verdict `json:"use"`
}

type trustView struct {
	Source      roster.Source `json:"kind"`
	Who         string        `json:"who,omitempty"`
	Foreign     bool          `json:"foreign"`
	Conditional bool          `json:"conditional"`
}

func identitiesOf(ctx context.Context, census *service.Census, window unused.Window, machines bool) ([]identityView, error) {
	items, keys := map[string]*unused.Item{}, map[string][]keyView{}
	all := census.Facts.Items(census.Directory, window)
	for i := range all {
		switch item := &all[i]; item.Kind {
		case "user", "role":
			items[item.Principal] = item
		case "access key":
			keys[item.Principal] = append(keys[item.Principal], keyView{item.Created, item.LastUsed, item.Verdict})
		}
	}
	stores := roster.Stores(census.Directory)
	list := []identityView{}
	for _, p := range census.Directory.Principals() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		human, item := roster.Human(p), items[p.ARN]
		if item == nil || machines && human == estate.Yes {
			continue
		}
		administers, _ := census.Directory.Administers(p)
		v := identityView{
			ARN: p.ARN, Kind: string(p.Kind), Account: p.Account, Human: human, Created: p.Created, LastUsed: item.LastUsed, Use: item.Verdict,
			Keys: append([]keyView{}, keys[p.ARN]...), Trusts: []trustView{}, Administrator: administers,
		}
		v.age(window.Now)
		for _, t := range roster.TrustsOf(p) {
			v.Trusts = append(v.Trusts, trustView(t))
		}
		reach := roster.ReachOf(census.Directory, p, stores)
		v.reachView = &reachView{reach.Reads, reach.Perhaps, reach.Stores}
		v.own(census.Meaning[p.ARN])
		list = append(list, v)
	}
	return append(list, providersOf(census, window, items, machines)...), nil
}

// age counts the days since it was made.
func (v *identityView) age(now time.Time) {
	if v.Created != nil {
		days := int(now.Sub(*v.Created) / (24 * time.Hour))
		v.AgeDays = &days
	}
}

// own takes over whose the identity is.
func (v *identityView) own(meaning estate.Business) {
	v.Owner = meaning.Owner
	for _, e := range meaning.Evidence {
		if e.Attribute == "owner" {
			v.Evidence = append(v.Evidence, e)
		}
	}
}

func (v *identityView) print(w io.Writer) {
	fmt.Fprintf(w, "%-4s  %s\n", v.Kind, escape.Terminal(v.ARN))
	for _, line := range []string{v.ownerText(), v.useText(), v.trustText(), v.reachText()} {
		fmt.Fprintf(w, "      %s\n", escape.Terminal(line))
	}
}

func (v *identityView) ownerText() string {
	if v.Owner == "" {
		return "nobody is known to own it"
	}
	text := "of " + v.Owner
	if len(v.Evidence) > 0 {
		text += fmt.Sprintf(" (by %s, %.0f%% sure)", v.Evidence[0].Source, 100*v.Evidence[0].Confidence) //nolint:mnd // per cent
	}
	return text
}

func (v *identityView) useText() string {
	age := "of unknown age"
	if v.AgeDays != nil {
		age = plural(*v.AgeDays, "day old", "days old")
	}
	used := "no use seen"
	switch {
	case v.LastUsed != nil:
		used = "last used " + v.LastUsed.Format(time.DateOnly)
	case v.Use == unused.Unknown:
		used = "last use not known"
	}
	text := age + ", " + used
	if v.Kind == "user" {
		text += ", " + plural(len(v.Keys), "active key", "active keys")
	}
	return text
}

func (v *identityView) trustText() string {
	if v.Kind == "user" || v.Roles != nil {
		return "signs in: person " + v.Human.String()
	}
	if len(v.Trusts) == 0 {
		return "nobody may take it, as far as is known"
	}
	names := make([]string, 0, len(v.Trusts))
	for _, t := range v.Trusts {
		name := strings.TrimSpace(string(t.Source) + " " + t.Who)
		if t.Foreign {
			name += " (foreign)"
		}
		if t.Conditional {
			name += " (if)"
		}
		names = append(names, name)
	}
	return "taken by " + listedOf(names)
}

func (v *identityView) reachText() string {
	if v.Roles != nil {
		return v.Roles.text(v.Administrator)
	}
	text := fmt.Sprintf("reads %d of %d data stores", v.Reads, v.Stores)
	if v.Perhaps > 0 {
		text += fmt.Sprintf(", perhaps %d more", v.Perhaps)
	}
	switch v.Administrator {
	case estate.Yes:
		text = "administrator; " + text
	case estate.Maybe:
		text = "perhaps administrator; " + text
	case estate.No:
	}
	return text
}
