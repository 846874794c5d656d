package identity

import (
	"strconv"
	"strings"
	"time"
)

// compareTime judges a condition on the time of the request.
func (d *dossier) compareTime(base, value string) chance {
	limit, ok := parseTime(value)
	comparison, isDate := strings.CutPrefix(base, "Date")
	if !isDate {
		comparison, isDate = strings.CutPrefix(base, "Numeric")
	}
	if !ok || !isDate || d.now.IsZero() {
		return perhaps
	}
	order := d.now.Compare(limit)
	switch comparison {
	case "Equals":
		return settled(order == 0)
	case "LessThan":
		return settled(order < 0)
	case "LessThanEquals":
		return settled(order <= 0)
	case "GreaterThan":
		return settled(order > 0)
	case "GreaterThanEquals":
		return settled(order >= 0)
	default:
		return perhaps
	}
}

// parseTime reads the forms of W3C ISO 8601 that IAM takes, and epoch seconds.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	return time.Unix(seconds, 0), err == nil
}
