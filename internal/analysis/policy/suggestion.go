package policy

import (
	"slices"
	"strings"
)

// suggestion names up to three known words that are close to one that is not known,
// as the end of a message; empty when none is.
func suggestion[V any](name string, known map[string]V) string {
	var close []string
	for _, k := range sortedKeys(known) {
		if strings.Contains(k, name) || strings.Contains(name, k) || distance(k, name) <= 2 {
			close = append(close, k)
		}
	}
	if len(close) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(close[:min(3, len(close))], ", ") + "?"
}

// distance is how many characters must be added, dropped or changed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		prev := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := prev
			if a[i] != b[j] {
				cost++
			}
			prev = row[j+1]
			row[j+1] = slices.Min([]int{cost, row[j] + 1, row[j+1] + 1})
		}
	}
	return row[len(b)]
}
