package cli

import (
	"fmt"

	"github.com/schollz/progressbar/v3"

	"github.com/stance-sec/stance/internal/source/collect"
)

// progress shows how far a reading is, on a terminal only.
type progress struct{ bar *progressbar.ProgressBar }

func newProgress(env *Env, scopes int) *progress {
	if !env.ErrTerminal || env.Getenv("TERM") == "dumb" {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(scopes,
		progressbar.OptionSetWriter(env.Stderr), progressbar.OptionSetDescription("reading"),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100e6),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24), progressbar.OptionUseANSICodes(true),
	)}
}

// observe is told of each scope that ended.
func (p *progress) observe(e collect.Event) {
	if p.bar == nil {
		return
	}
	p.bar.Describe(fmt.Sprintf("reading  %d resources", e.Resources))
	_ = p.bar.Set(e.Done) // a bar that cannot be drawn must not stop a scan
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Clear() // as above
	}
}
