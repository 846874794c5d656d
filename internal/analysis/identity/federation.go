package identity

import (
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// issuer is what is known of an identity provider that many customers share.
type issuer struct {
	// claims are the claims that tell customers apart, each with how a pattern for
	// it is judged.
	claims map[string]fixedFunc
	// lack says what a trust without any of them lets in.
	lack string
}

// The judges of subjects, by the mark their owner ends at.
var (
	githubSubject    = ownedSubject([]string{"repo:", "repository_owner:", "repository_owner_id:", "repository:", "organization:", "enterprise:"}, "/:")
	gitlabSubject    = ownedSubject([]string{"project_path:"}, "/")
	terraformSubject = ownedSubject([]string{"organization:"}, ":")
)

// issuers are judged by their host and path, in lower case.
var issuers = map[string]issuer{
	"token.actions.githubusercontent.com": {lack: "any repository on GitHub can sign in", claims: map[string]fixedFunc{
		"sub": githubSubject, "repository": ownedSubject([]string{""}, "/"), "repository_owner": fixedName, "repository_id": fixedID,
		"repository_owner_id": fixedID, "enterprise": fixedName, "enterprise_id": fixedID, "job_workflow_ref": ownedSubject([]string{""}, "/")}},
	"gitlab.com":       {lack: "any project on GitLab can sign in", claims: map[string]fixedFunc{"sub": gitlabSubject, "project_path": ownedSubject([]string{""}, "/"), "namespace_path": fixedName}},
	"app.terraform.io": {lack: "any organisation on HCP Terraform can sign in", claims: map[string]fixedFunc{"sub": terraformSubject}},
	"cognito-identity.amazonaws.com": {lack: "any Cognito identity pool can sign in", claims: map[string]fixedFunc{
		"aud": fixedID, "sub": fixedID}},
	"accounts.google.com": {lack: "any Google application can sign in", claims: map[string]fixedFunc{"aud": fixedID, "sub": fixedID, "oaud": fixedID}},
	"graph.facebook.com":  {lack: "any Facebook application can sign in", claims: map[string]fixedFunc{"app_id": fixedID, "id": fixedID}},
	"www.amazon.com":      {lack: "any Login with Amazon application can sign in", claims: map[string]fixedFunc{"app_id": fixedID, "user_id": fixedID}},
}

// otherIssuer judges a provider not in the table, such as that of an EKS cluster.
var otherIssuer = issuer{lack: "every subject of the provider can sign in", claims: map[string]fixedFunc{"sub": otherSubject}}

// OpenFederation returns the web identity providers that a role's trust policy lets
// assume the role without a condition that tells this customer's subjects from
// others: on a shared provider (GitHub, GitLab, HCP Terraform, Cognito, Google,
// Facebook, Amazon) anyone with an account there, on a provider of one's own (EKS)
// every subject. A claim in a wildcard that leaves the owner open, such as "repo:*",
// is no such condition; "repo:my-org/*" is. The audience alone tells customers apart
// only where each has its own. SAML providers are one's own and left out. Ordered by
// statement, then provider.
func OpenFederation(doc *policydoc.Document) []Gap {
	if doc == nil {
		return nil
	}
	d := newDossier(doc, Options{})
	var list []Gap
	for i := range doc.Statements {
		s := &doc.Statements[i]
		if !s.Allows() || !grantsAction(s, "sts:assumerolewithwebidentity") {
			continue
		}
		for _, p := range s.Principals {
			if gap, found := d.federationGap(s, p); found {
				gap.Statement = i
				list = append(list, gap)
			}
		}
	}
	return sortGaps(list)
}

func (d *dossier) federationGap(s *policydoc.Statement, p policydoc.Principal) (Gap, bool) {
	if p.Kind != "Federated" || strings.Contains(p.ID, ":saml-provider/") {
		return Gap{}, false
	}
	host := strings.ToLower(p.ID)
	if _, after, found := strings.Cut(host, ":oidc-provider/"); found {
		host = after
	}
	from, known := issuers[host]
	if !known {
		from = otherIssuer
	}
	keys := map[string]trait{}
	for claim, fixed := range from.claims {
		// A token always carries the claims its issuer documents.
		keys[host+":"+claim] = trait{kind: keyIdentity, fixed: fixed, always: true}
	}
	open := d.guarded(s, keys).Not()
	return Gap{Principal: p.ID, Verdict: open, Why: from.lack}, open != estate.No
}

// ownedSubject judges subjects that begin with a known word and then name their
// owner up to a mark. A literal is one owner's; a pattern is when the owner and the
// mark after it are spelt out.
func ownedSubject(words []string, marks string) fixedFunc {
	return func(pattern string) estate.Tri {
		if !policydoc.IsPattern(pattern) {
			return estate.Yes
		}
		for _, word := range words {
			rest, found := strings.CutPrefix(pattern, word)
			if !found {
				continue
			}
			end := strings.IndexAny(rest, marks)
			return estate.TriOf(end > 0 && !policydoc.IsPattern(rest[:end]))
		}
		// Some other form of subject, which the customer may have chosen.
		if literal, _, _ := strings.Cut(pattern, "*"); len(literal) > len("repo:") && !policydoc.IsPattern(literal) {
			return estate.Maybe
		}
		return estate.No
	}
}

// fixedName judges names that anyone may register: any wildcard lets others in.
func fixedName(pattern string) estate.Tri { return estate.TriOf(!policydoc.IsPattern(pattern)) }

// otherSubject judges subjects of a provider of one's own. A service account of
// Kubernetes is settled by its namespace.
func otherSubject(pattern string) estate.Tri {
	if rest, found := strings.CutPrefix(pattern, "system:serviceaccount:"); found {
		namespace, _, mark := strings.Cut(rest, ":")
		return estate.TriOf(mark && !policydoc.IsPattern(namespace))
	}
	return fixedID(pattern)
}
