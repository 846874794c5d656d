package risk

import (
	"math"

	"github.com/stance-sec/stance/internal/estate"
)

// Question returns what to find out first: the question of the unknown that moves the
// score most, when its answer can move the score to another band. It is empty otherwise.
func (t *Table) Question(p Path) string {
	var widest Number
	var width float64
	consider := func(n Number) {
		if w := math.Sqrt(n.High) - math.Sqrt(n.Low); n.Question != "" && w > width && t.decides(p, n) {
			widest, width = n, w
		}
	}
	for _, s := range p.Steps {
		if n, err := t.number(s); err == nil {
			consider(n)
		}
	}
	for _, part := range t.parts(p.Impact) {
		consider(part.number)
	}
	return widest.Question
}

// decides reports whether a factor alone can move the score of a path to another band.
func (t *Table) decides(p Path, n Number) bool {
	s, err := t.Score(p)
	if err != nil || n.Expected == 0 {
		return err == nil && n.High > 0
	}
	moved := func(to float64) estate.Severity {
		value := s.Raw * math.Sqrt(to/n.Expected)
		if s.Adjusted != "" {
			value = max(value, s.Value)
		}
		return t.Band(value)
	}
	return moved(n.Low) != s.Band || moved(n.High) != s.Band
}
