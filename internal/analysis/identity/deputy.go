package identity

import (
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// sourceKeys say on whose behalf a service calls ("The confused deputy problem",
// IAM User Guide).
var sourceKeys = traitsOf("aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "kms:calleraccount")

// ConfusedDeputies returns the AWS services that allow statements trust on behalf of
// any account: no aws:SourceArn, aws:SourceAccount, aws:SourceOwner, aws:SourceOrgID,
// aws:SourceOrgPaths or kms:CallerAccount says for whom the service calls. Ordered by
// statement, then service. Denies are not weighed. Many services assume roles of
// their own account only, so for the trust policy of a role a gap is weak evidence.
func ConfusedDeputies(doc *policydoc.Document) []Gap {
	if doc == nil {
		return nil
	}
	d := newDossier(doc, Options{})
	var list []Gap
	for i := range doc.Statements {
		s := &doc.Statements[i]
		guarded := d.guarded(s, sourceKeys)
		if !s.Allows() || guarded == estate.Yes {
			continue
		}
		for _, p := range s.Principals {
			if p.Kind == "Service" {
				list = append(list, Gap{i, p.ID, guarded.Not(), "no condition says for whose resource the service calls"})
			}
		}
	}
	return sortGaps(list)
}
