package servicenow

import (
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/estate"
)

// The lengths of an incident's columns, in characters.
const (
	mostKey   = 100
	mostShort = 160
	mostLong  = 4000
)

const mostItems = 20

func (c *Channel) fields(a *notify.Alert) map[string]string {
	urgency := urgencyOf(a.Band())
	fields := map[string]string{
		"short_description": a.Subject(mostShort), "description": plainOf(a),
		"correlation_id": notify.Name(a.ThreadKey(), mostKey), "correlation_display": "Stance",
		"urgency": urgency, "impact": urgency,
	}
	if c.group != "" {
		fields["assignment_group"] = c.group
	}
	return fields
}

// plainOf returns the text of the alert. "[code]" would turn on HTML in journal fields, so
// brackets become round ones.
func plainOf(a *notify.Alert) string {
	return strings.NewReplacer("[", "(", "]", ")").Replace(a.Plain(mostLong, mostItems))
}

// urgencyOf returns 1 for high, 2 for medium, 3 for low.
func urgencyOf(s estate.Severity) string {
	switch s {
	case estate.Critical, estate.High:
		return "1"
	case estate.Medium:
		return "2"
	}
	return "3"
}
