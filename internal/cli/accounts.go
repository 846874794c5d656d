package cli

import (
	"cmp"
	"slices"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store/run"
)

// accountTypes are the resource types that offer the facet account.
func accountTypes() []string { return []string{"aws_organizations_account"} }

// accountNames returns the names that a run's organisations give their accounts, sorted
// by cloud and id.
func accountNames(reader *run.Reader) ([]output.Account, error) {
	found := map[string]output.Account{}
	var parser fastjson.Parser
	isAccount := func(s estate.Scope) bool { return slices.Contains(accountTypes(), s.Type) }
	err := reader.Lines(isAccount, func(scope estate.Scope, line []byte) error {
		v, err := parser.ParseBytes(line)
		if err != nil {
			return estate.Errorf(estate.CodeInvalid, "read an account", "%w", err)
		}
		facet := v.Get("facets", "account")
		a := output.Account{Cloud: scope.Cloud, ID: string(facet.GetStringBytes("id")), Name: string(facet.GetStringBytes("name"))}
		if a.ID != "" && a.Name != "" {
			found[output.AccountKey(a.Cloud, a.ID)] = a
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var accounts []output.Account
	for _, a := range found {
		accounts = append(accounts, a)
	}
	slices.SortFunc(accounts, func(a, b output.Account) int {
		return cmp.Or(cmp.Compare(a.Cloud, b.Cloud), cmp.Compare(a.ID, b.ID))
	})
	return accounts, nil
}
