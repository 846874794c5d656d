package notify

import (
	"net/url"
	"strings"
)

// longestLink bounds a link: what is longer is not shown as one.
const longestLink = 2000

// WebLink returns the alert's link when it is an absolute http or https URL of sane length
// and nothing else, such as a script; empty otherwise.
func (a *Alert) WebLink() string {
	if a.Link == "" || len(a.Link) > longestLink || strings.ContainsAny(a.Link, " \"'<>\\^`{|}") {
		return ""
	}
	u, err := url.Parse(a.Link)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
