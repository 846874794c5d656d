package identity

import (
	"maps"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// callerKeys narrow a trust in another account to callers agreed on. An external id
// counts here, unlike in Public: it keeps a third party from being used as a deputy.
var callerKeys = func() map[string]trait {
	keys := traitsOf("aws:principalorgid", "aws:principalorgpaths", "aws:principalarn")
	maps.Copy(keys, map[string]trait{"sts:externalid": {kind: keyIdentity, fixed: fixedID}})
	return keys
}()

// TrustsWithoutExternalID returns the principals of other accounts that a role's
// trust policy lets assume the role without sts:ExternalId, aws:PrincipalOrgID,
// aws:PrincipalOrgPaths or aws:PrincipalArn. Self is the role's account, twelve
// digits; when it is empty every account counts as another. Services, identity
// providers, everyone ("*", see Public) and unique ids of deleted principals are
// left out. Ordered by statement, then principal.
func TrustsWithoutExternalID(doc *policydoc.Document, self string) []Gap {
	if doc == nil {
		return nil
	}
	d := newDossier(doc, Options{})
	var list []Gap
	for i := range doc.Statements {
		s := &doc.Statements[i]
		guarded := d.guarded(s, callerKeys)
		if !s.Allows() || guarded == estate.Yes || !grantsAction(s, "sts:assumerole") {
			continue
		}
		for _, p := range s.Principals {
			if account := p.Account(); account != "" && account != self {
				list = append(list, Gap{i, p.ID, guarded.Not(), "no external id, organisation or caller is required"})
			}
		}
	}
	return sortGaps(list)
}
