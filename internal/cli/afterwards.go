package cli

import (
	"github.com/stance-sec/stance/internal/action/output"
	"github.com/stance-sec/stance/internal/analysis/policy"
	"github.com/stance-sec/stance/internal/estate"
)

// afterwards is what happens to findings before they are shown, and what the run's
// exit code says of them.
type afterwards struct {
	failOn string
	amend  func(*estate.Finding)
}

func newAfterwards(o *judgeOptions) (afterwards, error) {
	return afterwards{failOn: o.failOn}, nil
}

// verdict returns the error that ends the process with code 1 when --fail-on matched.
func (a afterwards) verdict(s output.Summary) error {
	switch {
	case a.failOn == "":
		return nil
	case a.failOn == "unknown" && s.Counts.Unknown > 0:
		return exitError(ExitFindings)
	}
	for _, sev := range []estate.Severity{estate.Critical, estate.High, estate.Medium, estate.Low, estate.Info} {
		if sev.Rank() <= estate.Severity(a.failOn).Rank() && s.Failing.Of(sev) > 0 {
			return exitError(ExitFindings)
		}
	}
	return nil
}

func readParams(file string) ([]policy.Override, error) {
	if file == "" {
		return nil, nil
	}
	return nil, invalid("read parameters", "not read yet")
}
