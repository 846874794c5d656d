package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/estate"
)

// Gate is what a run must hold to pass a build. The zero value passes every run.
type Gate struct {
	severity estate.Severity // empty when failures do not matter
	unknown  bool
}

// ParseGate reads what a user asked to fail on: a severity, which stands for itself and
// everything worse, "unknown" for what could not be judged, or both with a comma. An
// empty text passes every run. Errors have CodeInvalid.
func ParseGate(text string) (Gate, error) {
	var g Gate
	if text == "" {
		return g, nil
	}
	for _, word := range strings.Split(text, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "unknown":
			g.unknown = true
		case g.severity == "" && slices.Contains(severities(), estate.Severity(word)):
			g.severity = estate.Severity(word)
		default:
			return Gate{}, estate.Errorf(estate.CodeInvalid, "read --fail-on", "%q is not one severity or unknown", text).
				WithHint("one of critical, high, medium, low, info, unknown, or a severity and unknown: high,unknown")
		}
	}
	return g, nil
}

func severities() []estate.Severity {
	return []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info}
}

// Check returns why a run with the summary does not pass, in a sentence, and nothing when
// it passes. What was set aside never counts; with a baseline only what is new counts as
// failing. Unknown verdicts count whether new or not, and so do scopes that could not be
// listed: nobody knows what they hold.
func (g Gate) Check(s output.Summary, baseline bool) string {
	var reasons []string
	failing, what := s.Failing, ""
	if baseline {
		failing, what = s.FailingNew, "new "
	}
	n := 0
	for _, severity := range severities() {
		if g.severity != "" && severity.Rank() <= g.severity.Rank() {
			n += failing.Of(severity)
		}
	}
	if n > 0 {
		reasons = append(reasons, fmt.Sprintf("%d %sfailures of severity %s or worse", n, what, g.severity))
	}
	if g.unknown && s.Counts.Unknown > 0 {
		reasons = append(reasons, fmt.Sprintf("%d unknown verdicts", s.Counts.Unknown))
	}
	if g.unknown && s.Scopes.Failed > 0 {
		reasons = append(reasons, fmt.Sprintf("%d scopes that could not be listed", s.Scopes.Failed))
	}
	return strings.Join(reasons, ", ")
}
