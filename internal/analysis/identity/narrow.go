package identity

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// circumstances are keys about who calls and how: whoever meets them has all that
// the statement grants.
var circumstances = []string{
	"aws:multifactorauthpresent", "aws:multifactorauthage", "aws:securetransport", "aws:sourceip", "aws:vpcsourceip",
	"aws:sourcevpc", "aws:sourcevpce", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths", "aws:currenttime", "aws:epochtime",
	"aws:tokenissuetime", "aws:useragent", "aws:referer", "aws:userid", "aws:username", "aws:sourceidentity",
	"aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:principaltype",
	"aws:principalisawsservice", "aws:ec2instancesourcevpc", "aws:ec2instancesourceprivateipv4", "ec2:sourceinstancearn",
}

// subjects are keys about what is done, and to what: they leave less than the
// statement says.
var subjects = []string{"aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:viaawsservice", "aws:tagkeys"}

// narrowsGrant tells whether a condition of an identity policy leaves less than the
// statement grants.
func narrowsGrant(doc *policydoc.Document, c *policydoc.Condition) estate.Tri {
	d := &dossier{doc: doc}
	key := strings.ToLower(c.Key)
	switch {
	case d.meetAs(c, trait{kind: keyFree}).must == estate.Yes:
		return estate.No
	case slices.Contains(circumstances, key) || strings.HasPrefix(key, "aws:principaltag/"):
		return estate.No
	case slices.Contains(subjects, key) || strings.HasPrefix(key, "aws:resourcetag/") || strings.HasPrefix(key, "aws:requesttag/"):
		return estate.Yes
	default:
		return estate.Maybe
	}
}
